"""A dossier that was somebody's to read until they left its organisation."""

from typing import NoReturn

from django.http import Http404

from appels.models import Dossier
from partenaires.models import Utilisateur
from partenaires.socle import sortie


def refuser(personne: Utilisateur, dossier_pk: int) -> NoReturn:
    """Raises `sortie.Sorti` for what this person could read before the end, else a plain 404.

    What was begun after they left is unknown to them.
    """
    dossier = Dossier.objects.filter(pk=dossier_pk).only("porteur", "cree_le").first()
    if dossier is None:
        raise Http404
    sortie.refuser(personne, dossier.porteur_id, depuis=dossier.cree_le)
