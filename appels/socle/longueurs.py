"""The long answers of a dossier, counted in characters: a line end is one, as on the page."""

from collections.abc import Iterator

from django.db import models
from django.utils.text import capfirst

from appels.models import Dossier, NomPartie
from quartiers.francais import accorder, nombre

TEXTES = {
    NomPartie.DESCRIPTION: (
        "besoin",
        "objectifs",
        "description",
        "methode",
        "partenariats",
        "egalite",
        "participation",
        "informations_complementaires",
    ),
    NomPartie.LIEUX: ("public_vise",),
    NomPartie.MOYENS: ("moyens_materiels",),
    NomPartie.EVALUATION: ("evaluation", "resultats_attendus"),
}


def trop_longs(dossier: Dossier) -> Iterator[tuple[NomPartie, str, str]]:
    """(part, field, sentence) of each answer longer than what a dossier takes."""
    for partie, champs in TEXTES.items():
        for champ in champs:
            modele = Dossier._meta.get_field(champ)
            assert isinstance(modele, models.TextField)
            longueur = len(getattr(dossier, champ))
            if modele.max_length and longueur > modele.max_length:
                nom = capfirst(str(modele.verbose_name))
                yield partie, champ, f"{nom} : {trop_long(longueur, modele.max_length)}"


def trop_long(longueur: int, maximum: int) -> str:
    """« 8 602 sur 5 000 : retirez 3 602 caractères. », as the page counts it live."""
    de_trop = accorder(longueur - maximum, "caractère")
    return f"{nombre(longueur)} sur {nombre(maximum)} : retirez {de_trop}."
