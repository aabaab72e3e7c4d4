"""The territory in memory: communes, quartiers and their drawings.

They are read once a parution in each process.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from quartiers import carte
from quartiers.carte import Forme
from quartiers.memoire import Garde
from quartiers.models import Commune, Quartier, Territoire


@dataclass(frozen=True)
class Geographie:
    """Read only; the quartiers carry their `communes`, the communes their `quartiers`."""

    cua: Territoire | None
    communes: list[Commune]
    quartiers: list[Quartier]

    def quartier(self, code: str) -> Quartier | None:
        """The quartier of this code; None when there is none."""
        for quartier in self.quartiers:
            if quartier.code == code:
                return quartier
        return None

    @cached_property
    def carte(self) -> dict[str, Any]:
        """The six quartiers among the communes."""
        return carte.dessiner(self.communes, self.quartiers)

    @cached_property
    def reperes(self) -> dict[str, Any]:
        """The whole CUA, small: where the communes and the quartiers are in it."""
        return carte.reperer(self.cua, self.communes, self.quartiers)

    @cached_property
    def emblemes(self) -> list[Forme]:
        """Each quartier with its silhouette."""
        return [{"quartier": quartier, **carte.embleme(quartier)} for quartier in self.quartiers]

    @cached_property
    def noms_courts(self) -> dict[str, str]:
        """The name of each quartier where there is no room for the whole: that of the map."""
        return {forme["quartier"].code: forme["nom"] for forme in self.carte.get("quartiers", ())}

    @cached_property
    def _cartes(self) -> dict[str, dict[str, Any]]:
        return {
            quartier.code: carte.dessiner(self.communes, self.quartiers, autour=quartier)
            for quartier in self.quartiers
        }

    def carte_de(self, code: str) -> dict[str, Any]:
        """One quartier close, the others and the communes around."""
        return self._cartes[code]

    @cached_property
    def _larges(self) -> dict[frozenset[str], dict[str, Any]]:
        return {}

    def carte_des(self, codes: Iterable[str]) -> dict[str, Any]:
        """Several quartiers in one wide frame; all of them when none is named. Drawn once each."""
        voulus = frozenset(codes)
        if voulus not in self._larges:
            nommes = [un for un in self.quartiers if un.code in voulus] or self.quartiers
            self._larges[voulus] = carte.dessiner(
                self.communes, self.quartiers, cadre=carte.paysage(nommes)
            )
        return self._larges[voulus]


def _charger() -> Geographie:
    quartiers = Quartier.objects.select_related("source_contour", "source_population")
    return Geographie(
        cua=Territoire.objects.first(),
        communes=list(Commune.objects.all()),
        quartiers=list(quartiers.prefetch_related("communes")),
    )


lire = Garde(_charger).lire
"""`lire(parution)`: four queries the first time, none after."""
