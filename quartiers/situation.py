"""Is a point inside a quartier? Always indicative: the official reference is sig.ville.gouv.fr."""

from collections.abc import Iterable
from dataclasses import dataclass

from quartiers import geometrie
from quartiers.francais import nombre
from quartiers.models import Quartier

EN_LIMITE = 20  # metres: nearer than this to an edge, nobody says inside or outside
AUX_ALENTOURS = (2.3, 50.0, 3.2, 50.6)  # west, south, east, north, degrees: the Arras area
LOIN = 25_000  # metres: farther, the distance to a quartier tells nothing


@dataclass(frozen=True)
class Situation:
    """Where a point stands.

    `quartier` holds it, or else `proche` is the nearest; its edge is at `metres`.
    """

    longitude: float
    latitude: float
    quartier: Quartier | None
    proche: Quartier | None
    metres: float

    @property
    def est_en_limite(self) -> bool:
        return self.metres < EN_LIMITE

    @property
    def quartier_certain(self) -> Quartier | None:
        """The quartier, when the point is inside and not within 20 m of an edge."""
        return None if self.est_en_limite else self.quartier

    @property
    def verdict(self) -> str:
        """« dedans », « limite » or « dehors »: the class of the answer."""
        if self.est_en_limite:
            return "limite"
        return "dedans" if self.quartier else "dehors"

    @property
    def phrase(self) -> str:
        """The answer in words."""
        if self.proche is None:
            return ""
        if self.est_en_limite:
            return f"En limite du quartier {self.proche} : à vérifier (indicatif)."
        if self.quartier:
            loin = distance(self.metres)
            return f"Dans le quartier {self.quartier}, à {loin} de son bord (indicatif)."
        if self.metres > LOIN:
            return "Hors quartier prioritaire, loin du Grand Arras (indicatif)."
        loin = distance(self.metres)
        return f"Hors quartier prioritaire, à {loin} du bord de {self.proche} (indicatif)."


def distance(metres: float) -> str:
    """« 140 m », « 2,3 km »."""
    if metres < 1000:
        return f"{nombre(round(metres))}\u00a0m"
    return f"{nombre(round(metres / 1000, 1))}\u00a0km"


def situer(
    longitude: float, latitude: float, quartiers: Iterable[Quartier] | None = None
) -> Situation:
    """Where the point stands among `quartiers` (all of them by default)."""
    if quartiers is None:
        quartiers = Quartier.objects.all()
    point = (longitude, latitude)
    proche = None
    metres = float("inf")
    for quartier in quartiers:
        bord = geometrie.distance_au_bord(quartier.contour, point)
        if geometrie.contient(quartier.contour, point):
            return Situation(longitude, latitude, quartier, quartier, bord)
        if bord < metres:
            proche = quartier
            metres = bord
    return Situation(longitude, latitude, None, proche, metres)


def sont_echangees(longitude: float, latitude: float) -> bool:
    """True when the point falls near Arras once its two coordinates are swapped."""
    return not est_aux_alentours(longitude, latitude) and est_aux_alentours(latitude, longitude)


def est_aux_alentours(longitude: float, latitude: float) -> bool:
    """In the Arras area."""
    ouest, sud, est, nord = AUX_ALENTOURS
    return ouest <= longitude <= est and sud <= latitude <= nord
