"""The territory as SVG drawings, in whole units: the CUA, the communes, the six quartiers."""

from collections.abc import Iterable
from typing import Any

from quartiers import geometrie, noms_sur_carte
from quartiers.models import Commune, Quartier, Territoire

LARGEUR = 1000
ETIQUETTES = {  # where each short name stands beside its shape, in units of the drawing
    "QN06258M": ("Quatre As", -75, 20, "end"),
    "QN06259M": ("Bonnettes", 0, -90, "middle"),
    "QN06260M": ("Blancs Monts", -60, 108, "middle"),
    "QN06261M": ("Saint Michel", 0, -50, "middle"),
    "QN06262M": ("Cheminots", 75, 10, "start"),
    "QN06263M": ("Chanteclair", 0, -70, "middle"),
}
ALENTOURS = 0.16  # of the extent of the quartiers, kept around them: room for five names
HAUTEUR = 1.15  # of the width, at least: the list beside the map is tall
AUTOUR = 0.35  # of the extent of one quartier, kept around it
PAYSAGE = 1.25  # the width of the map of one quartier, for one of height
SOUS_LE_NOM = 22  # units between the name of a quartier and its shape, on its own map
EMBLEME = 48  # units of the square that holds a silhouette
REPERES = 240  # units of the width of the small map of the CUA

Forme = dict[str, Any]  # a shape of a drawing: trace (the `d` of its path), x, y, nom…


def emprise(communes: list[Commune], quartiers: list[Quartier]) -> geometrie.Boite:
    """The quartiers and what lies around them; the communes go on beyond the frame."""
    if not quartiers:
        return geometrie.cadre([commune.contour for commune in communes])
    serree = geometrie.cadre([quartier.contour for quartier in quartiers])
    return geometrie.au_moins(geometrie.elargir(serree, ALENTOURS), HAUTEUR)


def paysage(quartiers: list[Quartier]) -> geometrie.Boite | None:
    """A wide frame around these; None without any."""
    if not quartiers:
        return None
    serree = geometrie.cadre([quartier.contour for quartier in quartiers])
    return geometrie.au_rapport(geometrie.elargir(serree, AUTOUR), PAYSAGE)


def dessiner(
    communes: Iterable[Commune],
    quartiers: Iterable[Quartier],
    *,
    autour: Quartier | None = None,
    cadre: geometrie.Boite | None = None,
    largeur: int = LARGEUR,
) -> dict[str, Any]:
    """View box and paths; `autour` frames one quartier, `cadre` (degrees) any place.

    `largeur`, in units: letters are always of the same, larger on a drawing that has fewer.
    """
    communes = list(communes)
    quartiers = list(quartiers)
    if not communes:
        return {}
    if autour:
        cadre = paysage([autour])
    projection = geometrie.Projection(cadre or emprise(communes, quartiers), largeur)
    nommer = _au_dessus if autour else _a_cote
    formes = [
        nommer(projection, quartier)
        for quartier in quartiers
        if _touche(projection, quartier.contour)
    ]
    fonds = [commune for commune in communes if _touche(projection, commune.contour)]
    return {
        "largeur": projection.largeur,
        "hauteur": projection.hauteur,
        "quartiers": formes,
        "communes": _nommees(projection, fonds, formes),
    }


def avec_mots(dessin: dict[str, Any], mots: dict[str, str]) -> dict[str, Any]:
    """The same map with a second line under the name of each quartier that has words, by code; a
    name that stands over its shape moves up.
    """
    formes = []
    for forme in dessin["quartiers"]:
        dits = mots.get(forme["quartier"].code, "")
        remonte = noms_sur_carte.LIGNE if dits and forme["dessus"] else 0
        y = forme["y"] - remonte
        formes.append({**forme, "y": y, "mots": dits, "y_mots": y + noms_sur_carte.LIGNE})
    return {**dessin, "quartiers": formes}


def _nommees(
    projection: geometrie.Projection, communes: list[Commune], quartiers: list[Forme]
) -> list[Forme]:
    """The names of the communes give way to the quartiers, to their names, then to one another."""
    prises = [forme["boite"] for forme in quartiers]
    for forme in quartiers:
        if forme["nom"]:
            prises.append(
                noms_sur_carte.boite(forme["x"], forme["y"], [forme["nom"]], forme["ancre"])
            )
    resultat = []
    for commune in communes:
        lignes = noms_sur_carte.couper(commune.nom)
        place = noms_sur_carte.placer(projection, commune.contour, lignes, prises)
        forme = {"trace": projection.trace(commune.contour), "x": 0, "y": 0, "lignes": []}
        if place:
            x, y = place
            prises.append(noms_sur_carte.boite(x, y, lignes))
            premiere, *suivantes = lignes
            dessous = y + noms_sur_carte.LIGNE
            forme["lignes"] = [(x, y, premiere)]
            for ligne in suivantes:
                forme["lignes"].append((x, dessous, ligne))
        resultat.append(forme)
    return resultat


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


def _a_cote(projection: geometrie.Projection, quartier: Quartier) -> Forme:
    """Its name stands beside the shape, where `ETIQUETTES` says."""
    sans_etiquette = (quartier.nom_court, 0, 0, "middle")
    nom, dx, dy, ancre = ETIQUETTES.get(quartier.code, sans_etiquette)
    x, y = projection.point(geometrie.centre(quartier.contour))
    return _forme(projection, quartier, nom, (x + dx, y + dy, ancre))


def _au_dessus(projection: geometrie.Projection, quartier: Quartier) -> Forme:
    """Its name stands over its shape; below, or not at all, when the frame would cut it."""
    nom = ETIQUETTES.get(quartier.code, (quartier.nom_court,))[0]
    gauche, haut, droite, bas = _boite(projection, quartier)
    x = (gauche + droite) / 2
    for y in (haut - SOUS_LE_NOM, bas + noms_sur_carte.LIGNE):
        if noms_sur_carte.tient(projection, noms_sur_carte.boite(x, y, [nom])):
            return _forme(projection, quartier, nom, (round(x), round(y), "middle"))
    return _forme(projection, quartier, "", (0, 0, "middle"))


def _forme(
    projection: geometrie.Projection, quartier: Quartier, nom: str, place: tuple[int, int, str]
) -> Forme:
    x, y, ancre = place
    boite = _boite(projection, quartier)
    return {
        "trace": projection.trace(quartier.contour),
        "boite": boite,
        "x": x,
        "y": y,
        "ancre": ancre,
        "dessus": y < boite[1],
        "nom": nom,
        "quartier": quartier,
    }


def _boite(projection: geometrie.Projection, quartier: Quartier) -> noms_sur_carte.Boite:
    """What the shape takes, in units of the drawing."""
    ouest, sud, est, nord = geometrie.cadre([quartier.contour])
    gauche, haut = projection.point((ouest, nord))
    droite, bas = projection.point((est, sud))
    return gauche, haut, droite, bas
