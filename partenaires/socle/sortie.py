"""Whoever left an organisation, a page still open, is told so: « not found » would be a lie."""

from datetime import datetime
from typing import NoReturn

from django.db.models import Q
from django.http import Http404

from partenaires.models import Appartenance, Utilisateur


class Sorti(Http404):
    """It was theirs to read until they left, or until their membership waited again."""

    def __init__(self, appartenance: Appartenance):
        ou = f"« {appartenance.partenaire} »"
        attend = appartenance.terminee_le is None and appartenance.suspendue_le is None
        pourquoi = (
            f"Votre adhésion à {ou} attend une nouvelle réponse"
            if attend
            else f"Vous ne faites plus partie de {ou}"
        )
        self.phrase = (
            f"{pourquoi} : rien n’a été enregistré. Copiez votre texte avant de quitter cette "
            "page, et écrivez à l’organisme si c’est une erreur."
        )
        super().__init__(self.phrase)


def refuser(
    personne: Utilisateur, partenaire_pk: int | None, depuis: datetime | None = None
) -> NoReturn:
    """Raises `Sorti` for who was a member there, else a plain 404; `depuis`: still one at this
    instant.
    """
    if personne.is_authenticated:
        siennes = personne.appartenances.select_related("partenaire").filter(_etait_membre(depuis))
        for sienne in siennes.order_by("-pk"):
            if sienne.partenaire_id == partenaire_pk:  # the address may name any number at all
                raise Sorti(sienne)
    raise Http404


def _etait_membre(depuis: datetime | None) -> Q:
    """Accepted once, and no member any more."""
    if depuis is None:
        sortie = Q(terminee_le__isnull=False) | Q(suspendue_le__isnull=False)
        return Q(acceptee_le__isnull=False) & sortie | Q(remise_en_attente_le__isnull=False)
    sortie = Q(terminee_le__gte=depuis) | Q(suspendue_le__gte=depuis)
    return Q(acceptee_le__isnull=False) & sortie | Q(remise_en_attente_le__gte=depuis)
