"""Whoever left an organisation, a page still open, is told so: « not found » would be a lie."""

from typing import NoReturn

from django.db import models
from django.http import Http404

from appels.models import Dossier
from partenaires.models import Partenaire, Utilisateur


class PlusMembre(Http404):
    """The dossier was theirs to read until they left; `phrase` says of what."""

    def __init__(self, partenaire: Partenaire):
        self.phrase = (
            f"Vous ne faites plus partie de « {partenaire} » : rien n’a été enregistré. Copiez "
            "votre texte avant de quitter cette page, et écrivez à l’organisme si c’est une erreur."
        )
        super().__init__(self.phrase)


def refuser(personne: Utilisateur, dossier_pk: int) -> NoReturn:
    """Raises `PlusMembre` for what this person could read before the end, else a plain 404.

    What was begun after they left is unknown to them.
    """
    dossier = Dossier.objects.select_related("porteur").filter(pk=dossier_pk).first()
    if dossier is not None and personne.is_authenticated:
        avant = models.Q(terminee_le__gte=dossier.cree_le) | models.Q(
            suspendue_le__gte=dossier.cree_le
        )
        siennes = personne.appartenances.filter(avant, acceptee_le__isnull=False)
        if siennes.filter(partenaire=dossier.porteur).exists():
            raise PlusMembre(dossier.porteur)
    raise Http404
