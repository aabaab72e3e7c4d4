"""The head lets dossiers past a barrier, by a written reason that the log and the minutes say."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from appels.models import Acte, Barriere, Dossier, Franchissement
from appels.socle import barrieres, empechement
from partenaires.models import Utilisateur
from partenaires.socle.refus import Refus


class RienADeroger(Refus):
    """This barrier does not stand before any of these dossiers, or not any more."""

    phrase = "Cette barrière ne retient aucun des dossiers cochés : rien n’a changé."


@transaction.atomic
def deroger(
    dossiers: Collection[int],
    barriere: Barriere,
    motif: str,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> tuple[list[Dossier], list[Dossier], list[Dossier]]:
    """Let these dossiers past a barrier that stands before them.

    Those that it held, those that it does not hold any more, and those on which this person may not
    act. Raises `RienADeroger`.
    """
    verrouilles = Dossier.objects.select_for_update(of=("self",)).filter(pk__in=dossiers)
    trouves = list(verrouilles.order_by("pk"))
    gardes, ecartes = empechement.ecarter_les_empeches(trouves, par=par)
    retenus = barrieres.retenus(gardes, barriere, recu_le)
    if not retenus:
        raise RienADeroger(empechement.nommer(ecartes))
    for dossier in retenus:
        Franchissement.objects.create(
            dossier=dossier, barriere=barriere, motif=motif, par=par, le=recu_le
        )
        dossier.passages.create(
            acte=Acte.DEROGER,
            par=par,
            le=recu_le,
            motif=f"{barriere.label} : {motif}"[:300],
        )
    return retenus, [dossier for dossier in gardes if dossier not in retenus], ecartes
