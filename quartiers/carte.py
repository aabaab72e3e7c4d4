"""The territory as SVG drawings, in whole units: the CUA, the signatory communes, the six
quartiers.
"""

from collections.abc import Iterable

from quartiers import geometrie
from quartiers.models import Commune, Quartier, Territoire

LARGEUR = 1000
ETIQUETTES = {  # where each short name stands beside its shape, in units of the drawing
    "QN06258M": ("Quatre As", -75, 20, "end"),
    "QN06259M": ("Bonnettes", 0, -90, "middle"),
    "QN06260M": ("Blancs Monts", -60, 85, "middle"),
    "QN06261M": ("Saint Michel", 0, -50, "middle"),
    "QN06262M": ("Cheminots", 75, 10, "start"),
    "QN06263M": ("Chanteclair", 0, -70, "middle"),
}
MARGE = 130  # units: nearer to the frame, the name of a commune would be cut
ALENTOURS = 0.12  # of the extent of the quartiers, kept around them
HAUTEUR = 1.15  # of the width, at least: the list beside the map is tall
PLACE_DU_NOM = (190, 44)  # units: two names nearer than this would overlap
AUTOUR = 0.5  # of the extent of one quartier, kept around it
EMBLEME = 48  # units of the square that holds a silhouette


def emprise(communes: list[Commune], quartiers: list[Quartier]) -> geometrie.Boite:
    """The quartiers and what lies around them; the communes go on beyond the frame."""
    if not quartiers:
        return geometrie.cadre([c.contour for c in communes])
    return geometrie.au_moins(
        geometrie.elargir(geometrie.cadre([q.contour for q in quartiers]), ALENTOURS), HAUTEUR
    )


def dessiner(
    communes: Iterable[Commune],
    quartiers: Iterable[Quartier],
    *,
    autour: Quartier | None = None,
    cadre: geometrie.Boite | None = None,
) -> dict:
    """View box and paths; `autour` frames one quartier, `cadre` (degrees) any place."""
    communes, quartiers = list(communes), list(quartiers)
    if not communes:
        return {}
    if autour:
        cadre = geometrie.carre(geometrie.elargir(geometrie.cadre([autour.contour]), AUTOUR))
    projection = geometrie.Projection(cadre or emprise(communes, quartiers), LARGEUR)
    formes = [_quartier(projection, q) for q in quartiers if _touche(projection, q.contour)]
    fonds = [_commune(projection, c) for c in communes if _touche(projection, c.contour)]
    return {
        "largeur": projection.largeur,
        "hauteur": projection.hauteur,
        "quartiers": formes,
        "communes": _sans_se_gener(fonds, formes),
    }


def _sans_se_gener(communes: list[dict], quartiers: list[dict]) -> list[dict]:
    """The names of the communes give way to those of the quartiers, then to one another."""
    prises = [(f["x"], f["y"]) for f in quartiers]
    resultat = []
    for forme in communes:
        if any(
            abs(forme["x"] - x) < PLACE_DU_NOM[0] and abs(forme["y"] - y) < PLACE_DU_NOM[1]
            for x, y in prises
        ):
            forme = {**forme, "nom": ""}
        elif forme["nom"]:
            prises.append((forme["x"], forme["y"]))
        resultat.append(forme)
    return resultat


def reperer(cua: Territoire | None, communes: list[Commune], quartiers: list[Quartier]) -> dict:
    """The outline of the CUA with the five communes and the quartiers, without names."""
    if cua is None:
        return {}
    projection = geometrie.Projection(geometrie.cadre([cua.contour]), 240, marge=2)
    return {
        "largeur": projection.largeur,
        "hauteur": projection.hauteur,
        "cua": projection.trace(cua.contour),
        "communes": [projection.trace(c.contour) for c in communes],
        "quartiers": [{"code": q.code, "trace": projection.trace(q.contour)} for q in quartiers],
    }


def embleme(quartier: Quartier) -> dict:
    """The silhouette of a quartier: {largeur, hauteur, trace}, in a square of 48 units."""
    boite = geometrie.cadre([quartier.contour])
    essai = geometrie.Projection(boite, EMBLEME, marge=1)
    largeur = EMBLEME if essai.hauteur <= EMBLEME else round(EMBLEME * EMBLEME / essai.hauteur)
    projection = geometrie.Projection(boite, largeur, marge=1)
    return {
        "largeur": projection.largeur,
        "hauteur": projection.hauteur,
        "trace": projection.trace(quartier.contour),
    }


def _touche(projection: geometrie.Projection, contour: dict) -> bool:
    """True when the shape may be seen in the frame."""
    ouest, sud, est, nord = geometrie.cadre([contour])
    (x1, y2), (x2, y1) = projection.point((ouest, sud)), projection.point((est, nord))
    return x1 < projection.largeur and x2 > 0 and y1 < projection.hauteur and y2 > 0


def _commune(projection: geometrie.Projection, commune: Commune) -> dict:
    """Its name is written only where it stands well inside the frame."""
    forme = _forme(projection, commune.contour, commune.nom)
    dedans = (
        MARGE < forme["x"] < projection.largeur - MARGE
        and MARGE < forme["y"] < projection.hauteur - MARGE
    )
    return forme if dedans else {**forme, "nom": ""}


def _quartier(projection: geometrie.Projection, quartier: Quartier) -> dict:
    nom, dx, dy, ancre = ETIQUETTES.get(quartier.code, (quartier.nom_court, 0, 0, "middle"))
    forme = _forme(projection, quartier.contour, nom)
    return {
        **forme,
        "x": forme["x"] + dx,
        "y": forme["y"] + dy,
        "ancre": ancre,
        "quartier": quartier,
    }


def _forme(projection: geometrie.Projection, contour: dict, nom: str) -> dict:
    x, y = projection.point(geometrie.centre(contour))
    return {"trace": projection.trace(contour), "x": x, "y": y, "nom": nom}
