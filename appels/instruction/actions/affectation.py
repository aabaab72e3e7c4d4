"""Who takes care of a dossier in the service."""

from datetime import datetime

from django.db import transaction

from appels.models import Acte, Dossier, Passage
from partenaires.models import Utilisateur


@transaction.atomic
def affecter(dossiers, agent: Utilisateur | None, *, par: Utilisateur, recu_le: datetime) -> int:
    """How many changed hands; the others already were in these. Rows are locked in order, each
    change is logged.
    """
    changes = [
        d
        for d in dossiers.order_by("pk").select_for_update(of=("self",)).select_related("charge")
        if d.charge_id != (agent.pk if agent else None)
    ]
    Passage.objects.bulk_create(
        Passage(
            dossier=d,
            acte=Acte.AFFECTER,
            par=par,
            le=recu_le,
            motif=f"{agent or 'Personne'}",
            champs=[["charge", str(d.charge or ""), str(agent or "")]],
        )
        for d in changes
    )
    Dossier.objects.filter(pk__in=[d.pk for d in changes]).update(charge=agent)
    return len(changes)
