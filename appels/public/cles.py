"""The key figures as they are drawn: a number, its sentence, its picture; one source said once."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from quartiers.francais import grandeur
from quartiers.models import ChiffreCle, Source

POURCENT = "%"
SILHOUETTES = "nombre-qpv"  # drawn by the shapes that it counts
# A part of the quartiers, and by how many points it differs from that of the whole CUA
COMPARES = {"part-moins-25-ans-qpv": "ecart-moins-25-ans"}


@dataclass(frozen=True)
class Cle:
    """A figure; `ecart`, the one that compares it, which is then not drawn by itself."""

    chiffre: ChiffreCle
    ecart: ChiffreCle | None = None

    @property
    def est_une_part(self) -> bool:
        return self.chiffre.unite == POURCENT

    @property
    def montre_les_quartiers(self) -> bool:
        return self.chiffre.cle == SILHOUETTES

    @property
    def cua(self) -> Decimal | None:
        """The same part in the whole CUA: deduced, nobody publishes it."""
        return self.chiffre.valeur - self.ecart.valeur if self.ecart else None

    @property
    def cua_dite(self) -> str:
        """« 30,4 % »; empty when nothing compares."""
        return "" if self.cua is None else grandeur(self.cua, POURCENT)


def cles(chiffres: Iterable[ChiffreCle]) -> list[Cle]:
    """The figures in their order, a difference told with what it compares."""
    par_cle = {chiffre.cle: chiffre for chiffre in chiffres}
    ecarts = {
        part: par_cle[ecart]
        for part, ecart in COMPARES.items()
        if part in par_cle and ecart in par_cle
    }
    dits = {ecart.cle for ecart in ecarts.values()}
    return [Cle(chiffre, ecarts.get(cle)) for cle, chiffre in par_cle.items() if cle not in dits]


def source_commune(chiffres: Iterable[ChiffreCle]) -> tuple[Source, int | None] | None:
    """The source and the year of them all; None when they differ, or when there is no figure."""
    sources = {(chiffre.source, chiffre.annee) for chiffre in chiffres}
    return sources.pop() if len(sources) == 1 else None
