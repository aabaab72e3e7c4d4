"""Where the names stand on a map: inside their commune and the frame, over nothing else.

In units of the drawing. A name is a box of its lines; what is taken is a list of boxes.
"""

from itertools import product

from quartiers import geometrie

LETTRE = 20  # the width of a letter, at the largest size that a sheet gives it
LIGNE = 48
UNE_LIGNE = 13  # letters: a longer name is cut after a hyphen
PAS = 40  # places tried on each side of the frame
BORD = 16  # kept free along the frame

Boite = tuple[float, float, float, float]  # left, top, right, bottom


def couper(nom: str) -> list[str]:
    """« Saint-Laurent- », « Blangy »: two lines at most, as even as the hyphens let them."""
    if len(nom) <= UNE_LIGNE or "-" not in nom:
        return [nom]
    coupes = [rang + 1 for rang, lettre in enumerate(nom) if lettre == "-"]
    coupe = min(reversed(coupes), key=lambda rang: max(rang, len(nom) - rang))
    return [nom[:coupe], nom[coupe:]]


def boite(x: float, y: float, lignes: list[str], ancre: str = "middle") -> Boite:
    """The room of a name whose first line is written at this point."""
    largeur = LETTRE * max(map(len, lignes))
    debuts = {"start": x, "middle": x - largeur / 2, "end": x - largeur}
    gauche = debuts[ancre]
    return gauche, y - LIGNE, gauche + largeur, y - LIGNE + LIGNE * len(lignes) + LIGNE / 4


def tient(projection: geometrie.Projection, place: Boite) -> bool:
    """True when the whole name is inside the frame."""
    return _marge(projection, place) >= 0


def placer(
    projection: geometrie.Projection, contour: dict, lignes: list[str], prises: list[Boite]
) -> tuple[int, int] | None:
    """The point of the first line, as far as can be from all that is taken; None without room.

    The whole name inside its commune, or its middle at least.
    """
    lieux = []
    for colonne, rangee in product(range(1, PAS), repeat=2):
        x = projection.largeur * colonne / PAS
        y = projection.hauteur * rangee / PAS
        place = boite(x, y, lignes)
        libre = min([_marge(projection, place), *(ecart(place, prise) for prise in prises)])
        if libre > 0:
            lieux.append((libre, x, y, place))
    lieux.sort(reverse=True)
    return _premier(projection, contour, lieux, 1) or _premier(projection, contour, lieux, 0)


def _premier(
    projection: geometrie.Projection,
    contour: dict,
    lieux: list[tuple[float, float, float, Boite]],
    part: float,
) -> tuple[int, int] | None:
    """The first place whose middle, and `part` of its width, is inside the commune."""
    for _libre, x, y, (gauche, haut, droite, bas) in lieux:
        milieu = (haut + bas) / 2
        points = {x, x + (gauche - x) * part, x + (droite - x) * part}
        if all(geometrie.contient(contour, projection.degres(point, milieu)) for point in points):
            return round(x), round(y)
    return None


def _marge(projection: geometrie.Projection, place: Boite) -> float:
    """What lies between the name and the frame; negative when it is cut."""
    gauche, haut, droite, bas = place
    bords = (gauche, haut, projection.largeur - droite, projection.hauteur - bas)
    return min(bords) - BORD


def ecart(une: Boite, autre: Boite) -> float:
    """What lies between two boxes, on the side where they are the farthest."""
    return max(
        une[0] - autre[2],
        autre[0] - une[2],
        une[1] - autre[3],
        autre[1] - une[3],
    )
