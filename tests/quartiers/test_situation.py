"""« Suis-je dans un QPV ? » against shapely, on ten thousand points.

Inside, outside, near the edges, on the vertices.
"""

import json
import random
from itertools import chain, pairwise
from math import cos, radians
from pathlib import Path

import pytest
from shapely.geometry import LinearRing, Point, Polygon

from quartiers import geometrie
from quartiers.models import Quartier
from quartiers.situation import EN_LIMITE, situer, sont_echangees

QPV = {
    f["properties"]["code"]: f["geometry"]
    for f in json.loads((Path(geometrie.__file__).parent / "donnees" / "qpv.geojson").read_text())[
        "features"
    ]
}
QUARTIERS = [Quartier(code=code, nom_court=code, contour=contour) for code, contour in QPV.items()]
METRE = radians(1) * geometrie.RAYON_TERRE
POINTS = 10_000


def points(graine: int, nombre: int):
    """Everywhere, around the quartiers, within a few metres of an edge, and on the vertices."""
    hasard = random.Random(graine)
    anneaux = list(chain.from_iterable(map(geometrie.anneaux, QPV.values())))
    sommets = list(chain.from_iterable(anneaux))
    bords = list(chain.from_iterable(map(pairwise, anneaux)))
    for rang in range(nombre):
        match rang % 4:
            case 0:
                yield hasard.uniform(2.70, 2.86), hasard.uniform(50.25, 50.33)
            case 1:
                x, y = hasard.choice(sommets)
                yield x + hasard.gauss(0, 0.003), y + hasard.gauss(0, 0.002)
            case 2:
                (x1, y1), (x2, y2) = hasard.choice(bords)
                part = hasard.random()
                ecart = hasard.uniform(-60, 60) / METRE
                yield x1 + part * (x2 - x1) + ecart, y1 + part * (y2 - y1) + ecart
            case _:
                yield tuple(hasard.choice(sommets))


def reference(lon: float, lat: float) -> tuple[str, str, float]:
    """(verdict, code, metres) told by shapely, on the plane tangent at the point."""
    kx, ky = METRE * cos(radians(lat)), METRE
    dedans = proche = ""
    metres = float("inf")
    for code, contour in QPV.items():
        plans = [
            [((x - lon) * kx, (y - lat) * ky) for x, y in anneau]
            for anneau in geometrie.anneaux(contour)
        ]
        bord = min(LinearRing(plan).distance(Point(0, 0)) for plan in plans)
        if Polygon(plans[0], plans[1:]).contains(Point(0, 0)):
            return ("limite" if bord < EN_LIMITE else "dedans"), code, bord
        if bord < metres:
            proche = code
            metres = bord
    return ("limite" if metres < EN_LIMITE else "dehors"), dedans or proche, metres


def ecarts(nombre: int) -> list:
    trouves, verdicts = [], {"dedans": 0, "limite": 0, "dehors": 0}
    for lon, lat in points(2026, nombre):
        verdict, code, metres = reference(lon, lat)
        verdicts[verdict] += 1
        lue = situer(lon, lat, QUARTIERS)
        if abs(metres - EN_LIMITE) < 1e-6:
            continue
        if (
            lue.verdict != verdict
            or (metres > 1e-6 and lue.proche.code != code)
            or abs(lue.metres - metres) > 1e-4
        ):
            trouves.append((lon, lat, verdict, code, metres, lue))
    assert min(verdicts.values()) > nombre / 20, verdicts  # every kind of point is there
    return trouves


@pytest.mark.campagne
def test_dix_mille_points_comme_shapely():
    assert ecarts(POINTS) == []


def test_temoin_une_distance_sans_le_cosinus_se_voit(monkeypatch):
    """The sabotaged control: degrees taken as equal on both axes."""
    monkeypatch.setattr(geometrie, "cos", lambda angle: 1.0)
    assert len(ecarts(1000)) > 200


@pytest.mark.parametrize(
    ("lon", "lat", "echangees"), [(50.29, 2.77, True), (2.77, 50.29, False), (0, 0, False)]
)
def test_des_coordonnees_echangees_se_reconnaissent(lon, lat, echangees):
    assert sont_echangees(lon, lat) is echangees


def test_un_sommet_est_en_limite_jamais_dedans_ni_dehors():
    for quartier in QUARTIERS:
        situation = situer(*quartier.contour["coordinates"][0][0], QUARTIERS)
        assert (situation.verdict, situation.quartier_certain) == ("limite", None)
        assert "à vérifier" in situation.phrase


def test_loin_du_territoire_la_distance_ne_dit_rien():
    assert (
        situer(2.35, 48.85, QUARTIERS).phrase
        == "Hors quartier prioritaire, loin du Grand Arras (indicatif)."
    )
