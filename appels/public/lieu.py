"""« Suis-je dans un QPV ? »: what is answered to a point, or to an address."""

from dataclasses import dataclass, field

from quartiers import geocodeur, voies
from quartiers.geographie import Geographie
from quartiers.geometrie import Point
from quartiers.situation import Situation, situer
from quartiers.voies import Trouvee


@dataclass(frozen=True)
class Reponse:
    """Where one point stands, the streets or the addresses found; `panne`: the geocoder did not
    answer. `voie`: the street whose number this point is.
    """

    situation: Situation | None = None
    voie: Trouvee | None = None
    voies: list[Trouvee] = field(default_factory=list)
    adresses: list[tuple[geocodeur.Adresse, Situation]] = field(default_factory=list)
    panne: bool = False

    @property
    def est_vide(self) -> bool:
        return not (self.situation or self.voies or self.adresses or self.panne)


def repondre(
    point: Point | None, adresse: str, territoire: Geographie, *, a_des_voies: bool
) -> Reponse:
    """The point first; then the streets of the index, then the geocoder for what is not there."""
    if point:
        return Reponse(situation=situer(*point, territoire.quartiers))
    if not adresse:
        return Reponse()
    if a_des_voies:
        trouvees = voies.chercher(voies.lire(adresse, territoire.communes))
        if trouvees:
            return _des_voies(trouvees, territoire)
    if not geocodeur.est_configure():
        return Reponse()
    try:
        connues = geocodeur.chercher(adresse)
    except geocodeur.GeocodeurIndisponible:
        return Reponse(panne=True)
    adresses = [
        (connue, situer(connue.longitude, connue.latitude, territoire.quartiers))
        for connue in connues
    ]
    return Reponse(adresses=adresses)


def _des_voies(trouvees: list[Trouvee], territoire: Geographie) -> Reponse:
    """One street and its number: the point itself, on the map; else each with its answer."""
    if len(trouvees) == 1 and (point := trouvees[0].point):
        situation = situer(point.longitude, point.latitude, territoire.quartiers)
        return Reponse(situation=situation, voie=trouvees[0])
    return Reponse(voies=trouvees)
