"""Who takes the decisions of each funder, written once for all its letters to come."""

from datetime import datetime

from appels.models import Auteur
from partenaires.models import Partenaire, Utilisateur


def nommer(
    partenaire: Partenaire,
    signataire: str,
    qualite: str,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Auteur:
    """Who takes the decisions of a funder from now on: letters already prepared keep theirs."""
    return Auteur.objects.create(
        partenaire=partenaire, signataire=signataire, qualite=qualite, par=par, le=recu_le
    )
