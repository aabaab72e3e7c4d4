"""The territory as one SVG drawing: the signatory communes and the six quartiers."""

from collections.abc import Iterable

from quartiers import geometrie
from quartiers.models import Commune, Quartier

LARGEUR = 1000
ETIQUETTES = {  # where each short name stands beside its shape, in units of the drawing
    "QN06258M": ("Quatre As", -75, 20, "end"), "QN06259M": ("Bonnettes", 0, -90, "middle"),
    "QN06260M": ("Blancs Monts", -60, 85, "middle"), "QN06261M": ("Saint Michel", 0, -50, "middle"),
    "QN06262M": ("Cheminots", 75, 10, "start"), "QN06263M": ("Chanteclair", 0, -70, "middle"),
}
MARGE = 130  # units: nearer to the frame, the name of a commune would be cut
ALENTOURS = 0.12  # of the extent of the quartiers, kept around them


def emprise(communes: list[Commune], quartiers: list[Quartier]) -> tuple[float, float, float, float]:
    """The quartiers and what lies around them; the communes go on beyond the frame."""
    if not quartiers:
        return geometrie.cadre([c.contour for c in communes])
    ouest, sud, est, nord = geometrie.cadre([q.contour for q in quartiers])
    dx, dy = (est - ouest) * ALENTOURS, (nord - sud) * ALENTOURS
    return ouest - dx, sud - dy, est + dx, nord + dy


def dessiner(communes: Iterable[Commune], quartiers: Iterable[Quartier], tous: list[Quartier] | None = None) -> dict:
    """View box and paths, whole units; `tous` frames the drawing when only some quartiers are shown."""
    communes, quartiers = list(communes), list(quartiers)
    if not communes:
        return {}
    projection = geometrie.Projection(emprise(communes, tous or quartiers), LARGEUR)
    return {
        "largeur": projection.largeur, "hauteur": projection.hauteur,
        "communes": [_commune(projection, c) for c in communes],
        "quartiers": [_quartier(projection, q) for q in quartiers],
    }


def _commune(projection: geometrie.Projection, commune: Commune) -> dict:
    """Its name is written only where it stands well inside the frame."""
    forme = _forme(projection, commune.contour, commune.nom)
    dedans = MARGE < forme["x"] < projection.largeur - MARGE and MARGE < forme["y"] < projection.hauteur - MARGE
    return forme if dedans else {**forme, "nom": ""}


def _quartier(projection: geometrie.Projection, quartier: Quartier) -> dict:
    nom, dx, dy, ancre = ETIQUETTES[quartier.code]
    forme = _forme(projection, quartier.contour, nom)
    return {**forme, "x": forme["x"] + dx, "y": forme["y"] + dy, "ancre": ancre, "quartier": quartier}


def _forme(projection: geometrie.Projection, contour: dict, nom: str) -> dict:
    x, y = projection.point(geometrie.centre(contour))
    return {"trace": projection.trace(contour), "x": x, "y": y, "nom": nom}
