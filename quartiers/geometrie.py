"""Plane geometry on GeoJSON contours (WGS84 degrees), without Django.

Distances are in metres on a local plane tangent at the point of interest: over the few kilometres
of the territory the error stays under a centimetre per hundred metres.
"""

from collections.abc import Iterator
from itertools import chain, pairwise
from math import cos, degrees, hypot, radians

RAYON_TERRE = 6_371_008.8  # mean radius, metres
Point = tuple[float, float]  # (longitude, latitude), as GeoJSON writes them
Boite = tuple[float, float, float, float]  # west, south, east, north, degrees


def anneaux(contour: dict) -> Iterator[list[Point]]:
    """Every ring of a Polygon or MultiPolygon, holes included."""
    if contour["type"] == "Polygon":
        yield from contour["coordinates"]
    else:
        for polygone in contour["coordinates"]:
            yield from polygone


def cotes(anneau: list[Point]) -> Iterator[tuple[Point, Point]]:
    """The two ends of each side of a closed ring."""
    return pairwise(anneau)


def contient(contour: dict, point: Point) -> bool:
    """True when the point is inside: holes excluded, even-odd rule; an edge falls either way."""
    x, y = point
    dedans = False
    for anneau in anneaux(contour):
        for (x1, y1), (x2, y2) in cotes(anneau):
            if (y1 > y) == (y2 > y):
                continue
            montee = (y - y1) / (y2 - y1)
            if x < x1 + (x2 - x1) * montee:
                dedans = not dedans
    return dedans


def distance_au_bord(contour: dict, point: Point) -> float:
    """Metres from the point to the nearest edge of the contour, inside or outside."""
    longitude, latitude = point
    un_degre = radians(1) * RAYON_TERRE  # metres along a meridian
    un_degre_est = un_degre * cos(radians(latitude))
    plus_proche = float("inf")
    for anneau in anneaux(contour):
        plan = [((x - longitude) * un_degre_est, (y - latitude) * un_degre) for x, y in anneau]
        for debut, fin in cotes(plan):
            plus_proche = min(plus_proche, _distance_au_segment(debut, fin))
    return plus_proche


def _distance_au_segment(debut: Point, fin: Point) -> float:
    """Distance from the origin to a segment."""
    x, y = debut
    dx = fin[0] - x
    dy = fin[1] - y
    carre = dx * dx + dy * dy
    part = 0.0  # of the segment, from its start to its nearest point
    if carre:
        part = max(0.0, min(1.0, -(x * dx + y * dy) / carre))
    return hypot(x + part * dx, y + part * dy)


def cadre(contours: list[dict]) -> Boite:
    """The box of the contours."""
    longitudes = []
    latitudes = []
    for anneau in chain.from_iterable(anneaux(contour) for contour in contours):
        for longitude, latitude in anneau:
            longitudes.append(longitude)
            latitudes.append(latitude)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def elargir(boite: Boite, part: float) -> Boite:
    """The box with `part` of its width and height added on each side."""
    ouest, sud, est, nord = boite
    dx = (est - ouest) * part
    dy = (nord - sud) * part
    return ouest - dx, sud - dy, est + dx, nord + dy


def au_moins(boite: Boite, rapport: float) -> Boite:
    """The box made taller, if need be, until its height on the ground is `rapport` of its width."""
    ouest, sud, est, nord = boite
    milieu = (sud + nord) / 2
    largeur = (est - ouest) * cos(radians(milieu))  # in degrees of latitude
    demi = max(nord - sud, largeur * rapport) / 2
    return ouest, milieu - demi, est, milieu + demi


def au_rapport(boite: Boite, rapport: float) -> Boite:
    """The smallest box around this one whose width on the ground is `rapport` of its height."""
    ouest, sud, est, nord = boite
    x = (ouest + est) / 2
    y = (sud + nord) / 2
    serrage = cos(radians(y))  # a degree of longitude, in degrees of latitude
    demi = max((est - ouest) * serrage / rapport, nord - sud) / 2
    return x - demi * rapport / serrage, y - demi, x + demi * rapport / serrage, y + demi


def boite_autour(point: Point, metres: float) -> Boite:
    """A square box of `metres` on a side, centred on the point."""
    longitude, latitude = point
    dy = degrees(metres / 2 / RAYON_TERRE)
    dx = dy / cos(radians(latitude))
    return longitude - dx, latitude - dy, longitude + dx, latitude + dy


class Projection:
    """Degrees to the units of an SVG view box of the given width, north up, proportions kept."""

    def __init__(self, emprise: Boite, largeur: int, marge: int = 0) -> None:
        self.ouest, sud, est, self.nord = emprise
        self.kx = cos(radians((sud + self.nord) / 2))
        self.echelle = (largeur - 2 * marge) / ((est - self.ouest) * self.kx)
        self.marge = marge
        self.largeur = largeur
        self.hauteur = round((self.nord - sud) * self.echelle) + 2 * marge

    def point(self, point: Point) -> tuple[int, int]:
        """The nearest whole unit of the drawing."""
        x = (point[0] - self.ouest) * self.kx * self.echelle + self.marge
        y = (self.nord - point[1]) * self.echelle + self.marge
        return round(x), round(y)

    def degres(self, x: float, y: float) -> Point:
        """The inverse: a point of the drawing back to (longitude, latitude)."""
        longitude = (x - self.marge) / self.echelle / self.kx + self.ouest
        latitude = self.nord - (y - self.marge) / self.echelle
        return longitude, latitude

    def trace(self, contour: dict) -> str:
        """The `d` of an SVG path: whole units, each point relative to the one before."""
        return "".join(self._trace_d_un_anneau(anneau) for anneau in anneaux(contour))

    def _trace_d_un_anneau(self, anneau: list[Point]) -> str:
        """A closed path of SVG, by steps from its first point: shorter than places."""
        points = self._sans_doublons(anneau)
        x, y = points[0]
        pas = [f"M{x} {y}"]
        for (x1, y1), (x2, y2) in pairwise(points):
            pas.append(f"l{x2 - x1} {y2 - y1}")
        return "".join(pas) + "z"

    def _sans_doublons(self, anneau: list[Point]) -> list[tuple[int, int]]:
        """The points drawn, once when several fall on the same unit; the last repeats the first."""
        points: list[tuple[int, int]] = []
        for sommet in anneau[:-1]:
            dessine = self.point(sommet)
            if not points or dessine != points[-1]:
                points.append(dessine)
        return points


def centre(contour: dict) -> Point:
    """The centroid of the largest ring: where a name can be written."""
    anneau = max(anneaux(contour), key=_etendue)
    aire = _aire_double(anneau)
    somme_x = 0.0
    somme_y = 0.0
    for (x1, y1), (x2, y2) in cotes(anneau):
        croix = x1 * y2 - x2 * y1
        somme_x += (x1 + x2) * croix
        somme_y += (y1 + y2) * croix
    return somme_x / (3 * aire), somme_y / (3 * aire)


def _etendue(anneau: list[Point]) -> float:
    return abs(_aire_double(anneau))


def _aire_double(anneau: list[Point]) -> float:
    """Twice the signed area, in square degrees."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in cotes(anneau))
