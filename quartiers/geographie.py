"""The territory in memory: communes, quartiers and their drawings, read once a parution in each
process.
"""

from dataclasses import dataclass
from functools import cached_property

from quartiers import carte
from quartiers.memoire import Garde
from quartiers.models import Commune, Quartier, Territoire


@dataclass(frozen=True)
class Geographie:
    """Read only; the quartiers carry their `communes`, the communes their `quartiers`."""

    cua: Territoire | None
    communes: list[Commune]
    quartiers: list[Quartier]

    def quartier(self, code: str) -> Quartier | None:
        return next((q for q in self.quartiers if q.code == code), None)

    @cached_property
    def carte(self) -> dict:
        """The six quartiers among the communes."""
        return carte.dessiner(self.communes, self.quartiers)

    @cached_property
    def reperes(self) -> dict:
        """The whole CUA, small: where the communes and the quartiers are in it."""
        return carte.reperer(self.cua, self.communes, self.quartiers)

    @cached_property
    def emblemes(self) -> list[dict]:
        """Each quartier with its silhouette."""
        return [{"quartier": q, **carte.embleme(q)} for q in self.quartiers]

    @cached_property
    def _cartes(self) -> dict:
        return {
            q.code: carte.dessiner(self.communes, self.quartiers, autour=q) for q in self.quartiers
        }

    def carte_de(self, code: str) -> dict:
        """One quartier close, the others and the communes around."""
        return self._cartes[code]


def _charger() -> Geographie:
    communes = list(Commune.objects.all())
    quartiers = list(
        Quartier.objects.select_related("source_contour", "source_population").prefetch_related(
            "communes"
        )
    )
    return Geographie(Territoire.objects.first(), communes, quartiers)


lire = Garde(_charger).lire
"""`lire(parution)`: four queries the first time, none after."""
