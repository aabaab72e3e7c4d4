"""Ask for a paper of a dossier in a page; the worker makes the file."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from appels.depot import papiers
from appels.models import Dossier, Papier
from appels.socle import empechement, fabrique, reveil
from partenaires.models import Utilisateur


@transaction.atomic
def demander(dossier: Dossier, genre: str, *, par: Utilisateur, recu_le: datetime) -> Papier:
    """The paper of the dossier as it is now: the one already made, or one to come.

    Raises `Empeche`.
    """
    empechement.exiger_lecture(par, dossier)
    marque = papiers.marque(dossier, genre)
    papier, _ = Papier.objects.select_for_update(of=("self",)).get_or_create(
        dossier=dossier,
        genre=genre,
        defaults={"marque": marque, "demande_le": recu_le, "demande_par": par},
    )
    if papier.marque != marque or papier.a_echoue:
        papier.marque = marque
        papier.demande_le = recu_le
        papier.demande_par = par
        papier.redemander()
        papier.save()
    if not papier.est_pret:
        reveil.apres_commit("appels.fabriquer", "papier", papier.pk)
    return papier


def etablir(papier: Papier) -> None:
    """Make the file, and keep it if nobody asked for a newer one meanwhile."""
    fabrique.fabriquer(papier, _produire)


def _produire(papier: Papier) -> AbstractContextManager[BinaryIO]:
    dossier = Dossier.objects.pour_completude().get(pk=papier.dossier_id)
    return papiers.fabriquer(dossier, papier.genre, papier.marque)
