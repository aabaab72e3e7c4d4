"""The territory as SVG drawings, in whole units: the CUA, the communes, the six quartiers."""

from collections.abc import Iterable
from typing import Any

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
REPERES = 240  # units of the width of the small map of the CUA

Forme = dict[str, Any]  # a shape of a drawing: trace (the `d` of its path), x, y, nom…


def emprise(communes: list[Commune], quartiers: list[Quartier]) -> geometrie.Boite:
    """The quartiers and what lies around them; the communes go on beyond the frame."""
    if not quartiers:
        return geometrie.cadre([commune.contour for commune in communes])
    serree = geometrie.cadre([quartier.contour for quartier in quartiers])
    return geometrie.au_moins(geometrie.elargir(serree, ALENTOURS), HAUTEUR)


def dessiner(
    communes: Iterable[Commune],
    quartiers: Iterable[Quartier],
    *,
    autour: Quartier | None = None,
    cadre: geometrie.Boite | None = None,
) -> dict[str, Any]:
    """View box and paths; `autour` frames one quartier, `cadre` (degrees) any place."""
    communes = list(communes)
    quartiers = list(quartiers)
    if not communes:
        return {}
    if autour:
        cadre = geometrie.carre(geometrie.elargir(geometrie.cadre([autour.contour]), AUTOUR))
    projection = geometrie.Projection(cadre or emprise(communes, quartiers), LARGEUR)
    formes = [
        _quartier(projection, quartier)
        for quartier in quartiers
        if _touche(projection, quartier.contour)
    ]
    fonds = [
        _commune(projection, commune)
        for commune in communes
        if _touche(projection, commune.contour)
    ]
    return {
        "largeur": projection.largeur,
        "hauteur": projection.hauteur,
        "quartiers": formes,
        "communes": _sans_se_gener(fonds, formes),
    }


def _sans_se_gener(communes: list[Forme], quartiers: list[Forme]) -> list[Forme]:
    """The names of the communes give way to those of the quartiers, then to one another."""
    ecrites = list(quartiers)
    resultat = []
    for commune in communes:
        if any(_se_touchent(commune, ecrite) for ecrite in ecrites):
            commune = {**commune, "nom": ""}
        elif commune["nom"]:
            ecrites.append(commune)
        resultat.append(commune)
    return resultat


def _se_touchent(une: Forme, autre: Forme) -> bool:
    """Two names written at these points would overlap."""
    largeur, hauteur = PLACE_DU_NOM
    return abs(une["x"] - autre["x"]) < largeur and abs(une["y"] - autre["y"]) < hauteur


def reperer(
    cua: Territoire | None, communes: list[Commune], quartiers: list[Quartier]
) -> dict[str, Any]:
    """The outline of the CUA with the five communes and the quartiers, without names."""
    if cua is None:
        return {}
    projection = geometrie.Projection(geometrie.cadre([cua.contour]), REPERES, marge=2)
    return {
        "largeur": projection.largeur,
        "hauteur": projection.hauteur,
        "cua": projection.trace(cua.contour),
        "communes": [projection.trace(commune.contour) for commune in communes],
        "quartiers": [
            {"code": quartier.code, "trace": projection.trace(quartier.contour)}
            for quartier in quartiers
        ],
    }


def embleme(quartier: Quartier) -> Forme:
    """The silhouette of a quartier: {largeur, hauteur, trace}, in a square of 48 units."""
    boite = geometrie.cadre([quartier.contour])
    projection = geometrie.Projection(boite, EMBLEME, marge=1)
    if projection.hauteur > EMBLEME:
        largeur = round(EMBLEME * EMBLEME / projection.hauteur)
        projection = geometrie.Projection(boite, largeur, marge=1)
    return {
        "largeur": projection.largeur,
        "hauteur": projection.hauteur,
        "trace": projection.trace(quartier.contour),
    }


def _touche(projection: geometrie.Projection, contour: dict) -> bool:
    """True when the shape may be seen in the frame."""
    ouest, sud, est, nord = geometrie.cadre([contour])
    gauche, bas = projection.point((ouest, sud))
    droite, haut = projection.point((est, nord))
    dans_la_largeur = gauche < projection.largeur and droite > 0
    dans_la_hauteur = haut < projection.hauteur and bas > 0
    return dans_la_largeur and dans_la_hauteur


def _commune(projection: geometrie.Projection, commune: Commune) -> Forme:
    """Its name is written only where it stands well inside the frame."""
    forme = _forme(projection, commune.contour, commune.nom)
    dans_la_largeur = MARGE < forme["x"] < projection.largeur - MARGE
    dans_la_hauteur = MARGE < forme["y"] < projection.hauteur - MARGE
    if not (dans_la_largeur and dans_la_hauteur):
        forme["nom"] = ""
    return forme


def _quartier(projection: geometrie.Projection, quartier: Quartier) -> Forme:
    """Its name stands beside the shape, where `ETIQUETTES` says."""
    sans_etiquette = (quartier.nom_court, 0, 0, "middle")
    nom, dx, dy, ancre = ETIQUETTES.get(quartier.code, sans_etiquette)
    forme = _forme(projection, quartier.contour, nom)
    return {
        **forme,
        "x": forme["x"] + dx,
        "y": forme["y"] + dy,
        "ancre": ancre,
        "quartier": quartier,
    }


def _forme(projection: geometrie.Projection, contour: dict, nom: str) -> Forme:
    x, y = projection.point(geometrie.centre(contour))
    return {"trace": projection.trace(contour), "x": x, "y": y, "nom": nom}
