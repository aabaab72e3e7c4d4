"""What waits for the service, told to its people once a day when there is something."""

from datetime import datetime

from django.db import transaction

from partenaires.concertation import file
from partenaires.models import Appartenance
from partenaires.socle.courriels import ecrire
from quartiers.horloge import a_paris

HEURE = 6  # before the daily summary, which takes it


@transaction.atomic
def annoncer(instant: datetime) -> bool:
    """Write what waits this morning; running it twice writes nothing more."""
    local = a_paris(instant)
    attendent = [
        compte
        for compte in file.comptes(local.date())
        if compte.nombre and compte.file != file.File.TOUTES
    ]
    if local.hour < HEURE or not attendent:
        return False
    agents = Appartenance.objects.agents().filter(utilisateur__is_active=True)
    ecrire(
        f"paroles-{local.date().isoformat()}",
        sorted(set(agents.values_list("utilisateur__email", flat=True))),
        "paroles_en_attente",
        {"comptes": attendent, "retards": sum(compte.en_retard for compte in attendent)},
        urgent=False,
    )
    return True
