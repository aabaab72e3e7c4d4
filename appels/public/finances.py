"""What the contract granted in its last published year: who paid, and where."""

from dataclasses import dataclass
from typing import Any

from appels.public import soutiens
from appels.public.soutiens import Compte
from quartiers import carte
from quartiers.francais import accorder
from quartiers.geographie import Geographie
from quartiers.models import Parution, Quartier


@dataclass(frozen=True)
class Annee:
    """`parts`: (tone, name, cents) of each funder, in the order of the tones; `quartiers`: each
    with its projects and the part that is estimated there.
    """

    annee: str
    ensemble: Compte
    parts: list[tuple[str, str, int]]
    quartiers: list[tuple[Quartier, int, int]]

    def carte(self, territoire: Geographie) -> dict[str, Any]:
        """The map of the six quartiers, with how many projects each has."""
        mots = {
            quartier.code: accorder(nombre, "projet") for quartier, nombre, _part in self.quartiers
        }
        return carte.avec_mots(territoire.carte, mots)


def derniere_annee(parution: Parution, territoire: Geographie) -> Annee | None:
    """The last year with a grant; None while nothing is published. One query."""
    offert = soutiens.catalogue(parution)
    annees = [offre for offre in offert.offres["annee"] if offre.compte.accordes]
    if not annees:
        return None
    totaux = soutiens.totaux(soutiens.Demande({"annee": annees[0].cle}), offert)
    verses = totaux.par["financeur"]
    parts = [
        (offert.tons[offre.cle], offre.nom, verses[offre.cle].montant_du_financeur)
        for offre in offert.offres["financeur"]
        if offre.cle in verses
    ]
    places = totaux.par["quartier"]
    return Annee(
        annee=annees[0].nom,
        ensemble=totaux.ensemble,
        parts=sorted(part for part in parts if part[2]),
        quartiers=[
            (quartier, places[quartier.pk].accordes, places[quartier.pk].montant_du_quartier)
            for quartier in territoire.quartiers
            if quartier.pk in places
        ],
    )
