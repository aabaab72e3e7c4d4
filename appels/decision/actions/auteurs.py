"""Who takes the decisions of each funder, written once for all its letters to come."""

from datetime import datetime

from django.db import transaction

from appels.models import Auteur
from partenaires.models import Partenaire, Utilisateur
from partenaires.socle.refus import AuMemeInstant


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


@transaction.atomic
def nommer_chacun(
    voulus: list[tuple[Partenaire, Auteur | None, dict[str, str]]],
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """Those that a page changes, together: (funder, who it was when read, who is wanted).

    Raises `AuMemeInstant` when one of them changed meanwhile; nothing is then kept.
    """
    tenus = Partenaire.objects.filter(pk__in=[un.pk for un, _, _ in voulus])
    list(tenus.select_for_update(no_key=True).order_by("pk"))
    en_vigueur = Auteur.objects.en_vigueur()
    if any(en_vigueur.get(un.pk) != lu for un, lu, _ in voulus):
        raise AuMemeInstant
    for partenaire, _, voulu in voulus:
        nommer(partenaire, **voulu, par=par, recu_le=recu_le)
