"""The log of the day before, sealed, and its head sent out of the server."""

from datetime import datetime

from django.db import transaction

from appels.socle import courriels, reveil
from quartiers import sceaux
from quartiers.models import Sceau


@transaction.atomic
def sceller(instant: datetime) -> Sceau | None:
    """Once a day, at the first beat after midnight in Paris; None when there is nothing to seal."""
    sceau = sceaux.sceller(sceaux.jour_a_sceller(instant), fait_le=instant)
    if sceau:
        courriels.sceau(sceau)
        reveil.apres_commit("appels.envoyer_courriels")
    return sceau
