"""What an organisation declares of its request on Dauphin."""

from datetime import datetime

from django.db import transaction

from appels.models import Acte, DepotDauphin, Dossier, Passage
from partenaires.models import Utilisateur


@transaction.atomic
def declarer(dossier: Dossier, depot: DepotDauphin, *, par: Utilisateur, recu_le: datetime) -> None:
    """Keep the declaration, the last one wins; each is logged."""
    Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    DepotDauphin.objects.update_or_create(dossier=dossier, defaults={
        "numero": depot.numero, "etat": depot.etat, "transmis_le": depot.transmis_le,
        "declare_par": par, "declare_le": recu_le})
    Passage.objects.create(dossier=dossier, acte=Acte.DAUPHIN, par=par, le=recu_le, motif=str(depot)[:300])
