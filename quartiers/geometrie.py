"""Plane geometry on GeoJSON contours (WGS84 degrees), without Django.

Distances are in metres on a local plane tangent at the point of interest: over the few kilometres
of the territory the error stays under a centimetre per hundred metres.
"""

from collections.abc import Iterator
from math import cos, degrees, hypot, radians

RAYON_TERRE = 6_371_008.8  # mean radius, metres
Point = tuple[float, float]  # (longitude, latitude), as GeoJSON writes them
Boite = tuple[float, float, float, float]  # west, south, east, north, degrees


def anneaux(contour: dict) -> Iterator[list[Point]]:
    """Every ring of a Polygon or MultiPolygon, holes included."""
    polygones = [contour["coordinates"]] if contour["type"] == "Polygon" else contour["coordinates"]
    for polygone in polygones:
        yield from polygone


def contient(contour: dict, point: Point) -> bool:
    """True when the point is inside (holes excluded, even-odd rule); an edge may fall either
    way.
    """
    x, y = point
    dedans = False
    for anneau in anneaux(contour):
        for (x1, y1), (x2, y2) in zip(anneau, anneau[1:], strict=False):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                dedans = not dedans
    return dedans


def distance_au_bord(contour: dict, point: Point) -> float:
    """Metres from the point to the nearest edge of the contour, inside or outside."""
    lon, lat = point
    kx, ky = radians(1) * RAYON_TERRE * cos(radians(lat)), radians(1) * RAYON_TERRE
    plus_proche = float("inf")
    for anneau in anneaux(contour):
        plan = [((x - lon) * kx, (y - lat) * ky) for x, y in anneau]
        for (x1, y1), (x2, y2) in zip(plan, plan[1:], strict=False):
            plus_proche = min(plus_proche, _distance_au_segment(x1, y1, x2, y2))
    return plus_proche


def _distance_au_segment(x1: float, y1: float, x2: float, y2: float) -> float:
    """Distance from the origin to a segment."""
    dx, dy = x2 - x1, y2 - y1
    carre = dx * dx + dy * dy
    t = 0.0 if carre == 0 else max(0.0, min(1.0, -(x1 * dx + y1 * dy) / carre))
    return hypot(x1 + t * dx, y1 + t * dy)


def cadre(contours: list[dict]) -> Boite:
    """The box of the contours."""
    points = [point for contour in contours for anneau in anneaux(contour) for point in anneau]
    longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def elargir(boite: Boite, part: float) -> Boite:
    """The box with `part` of its width and height added on each side."""
    ouest, sud, est, nord = boite
    dx, dy = (est - ouest) * part, (nord - sud) * part
    return ouest - dx, sud - dy, est + dx, nord + dy


def au_moins(boite: Boite, rapport: float) -> Boite:
    """The box made taller, if need be, until its height on the ground is `rapport` of its width."""
    ouest, sud, est, nord = boite
    y = (sud + nord) / 2
    demi = max(nord - sud, (est - ouest) * cos(radians(y)) * rapport) / 2
    return ouest, y - demi, est, y + demi


def carre(boite: Boite) -> Boite:
    """The smallest box around this one that is square on the ground."""
    ouest, sud, est, nord = boite
    x, y = (ouest + est) / 2, (sud + nord) / 2
    demi = max((est - ouest) * cos(radians(y)), nord - sud) / 2
    return x - demi / cos(radians(y)), y - demi, x + demi / cos(radians(y)), y + demi


def boite_autour(point: Point, metres: float) -> Boite:
    """A square box of `metres` on a side, centred on the point."""
    lon, lat = point
    dy = degrees(metres / 2 / RAYON_TERRE)
    dx = dy / cos(radians(lat))
    return lon - dx, lat - dy, lon + dx, lat + dy


class Projection:
    """Degrees to the units of an SVG view box of the given width, north up, proportions kept."""

    def __init__(self, emprise: Boite, largeur: int, marge: int = 0):
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
        lon = (x - self.marge) / self.echelle / self.kx + self.ouest
        return lon, self.nord - (y - self.marge) / self.echelle

    def trace(self, contour: dict) -> str:
        """The `d` of an SVG path, whole units, consecutive duplicates dropped."""
        morceaux = []
        for anneau in anneaux(contour):
            points: list[tuple[int, int]] = []
            for sommet in anneau[:-1]:
                dessine = self.point(sommet)
                if not points or dessine != points[-1]:
                    points.append(dessine)
            depart, *suite = points
            relatif, (px, py) = [f"M{depart[0]} {depart[1]}"], depart
            for x, y in suite:
                relatif.append(f"l{x - px} {y - py}")
                px, py = x, y
            morceaux.append("".join(relatif) + "z")
        return "".join(morceaux)


def centre(contour: dict) -> Point:
    """The centroid of the largest ring: where a name can be written."""
    anneau = max(anneaux(contour), key=lambda a: abs(_aire_double(a)))
    aire = _aire_double(anneau)
    cx = cy = 0.0
    for (x1, y1), (x2, y2) in zip(anneau, anneau[1:], strict=False):
        croix = x1 * y2 - x2 * y1
        cx, cy = cx + (x1 + x2) * croix, cy + (y1 + y2) * croix
    return cx / (3 * aire), cy / (3 * aire)


def _aire_double(anneau: list[Point]) -> float:
    """Twice the signed area, in square degrees."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(anneau, anneau[1:], strict=False))
