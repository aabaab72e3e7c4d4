"""« Suis-je dans un QPV ? »: what is answered to a point, or to an address."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from quartiers import geocodeur
from quartiers.geometrie import Point
from quartiers.models import Quartier
from quartiers.situation import Situation, situer


@dataclass(frozen=True)
class Reponse:
    """Where one point stands, or the addresses found; `panne`: the geocoder did not answer."""

    situation: Situation | None = None
    adresses: list[tuple[geocodeur.Adresse, Situation]] = field(default_factory=list)
    panne: bool = False

    @property
    def est_vide(self) -> bool:
        return self.situation is None and not self.adresses and not self.panne


def repondre(point: Point | None, adresse: str, quartiers: Iterable[Quartier]) -> Reponse:
    """The point first; an address is asked of the geocoder only when there is none."""
    if point:
        return Reponse(situation=situer(*point, quartiers))
    if not adresse:
        return Reponse()
    try:
        trouvees = geocodeur.chercher(adresse)
    except geocodeur.GeocodeurIndisponible:
        return Reponse(panne=True)
    adresses = [
        (trouvee, situer(trouvee.longitude, trouvee.latitude, quartiers)) for trouvee in trouvees
    ]
    return Reponse(adresses=adresses)
