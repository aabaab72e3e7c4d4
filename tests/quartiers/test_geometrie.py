"""The geometry against shapely (development only)."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon, shape

from quartiers import geometrie

DONNEES = Path(geometrie.__file__).parent / "donnees"
QPV = {
    f["properties"]["code"]: f["geometry"]
    for f in json.loads((DONNEES / "qpv.geojson").read_text())["features"]
}
TROU = {
    "type": "Polygon",
    "coordinates": [
        [(2.7, 50.2), (2.9, 50.2), (2.9, 50.4), (2.7, 50.4), (2.7, 50.2)],
        [(2.75, 50.25), (2.75, 50.35), (2.85, 50.35), (2.85, 50.25), (2.75, 50.25)],
    ],
}
longitudes, latitudes = st.floats(2.70, 2.86), st.floats(50.25, 50.33)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(QPV)), longitudes, latitudes)
def test_contient_comme_shapely(code, lon, lat):
    polygone = shape(QPV[code])
    if polygone.exterior.distance(Point(lon, lat)) > 1e-12:
        assert geometrie.contient(QPV[code], (lon, lat)) == polygone.contains(Point(lon, lat))


@settings(max_examples=200, deadline=None)
@given(st.floats(2.65, 2.95), st.floats(50.15, 50.45))
def test_les_trous_sont_dehors(lon, lat):
    polygone = Polygon(TROU["coordinates"][0], [TROU["coordinates"][1]])
    if polygone.boundary.distance(Point(lon, lat)) > 1e-12:
        assert geometrie.contient(TROU, (lon, lat)) == polygone.contains(Point(lon, lat))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(QPV)), longitudes, latitudes)
def test_distance_au_bord_comme_shapely_dans_le_meme_plan(code, lon, lat):
    metre = geometrie.radians(1) * geometrie.RAYON_TERRE
    kx, ky = metre * geometrie.cos(geometrie.radians(lat)), metre
    plan = LineString([((x - lon) * kx, (y - lat) * ky) for x, y in QPV[code]["coordinates"][0]])
    assert geometrie.distance_au_bord(QPV[code], (lon, lat)) == pytest.approx(
        plan.distance(Point(0, 0)), abs=1e-6
    )


def test_un_sommet_est_a_zero_metre():
    assert (
        geometrie.distance_au_bord(QPV["QN06258M"], tuple(QPV["QN06258M"]["coordinates"][0][5]))
        == 0
    )


@settings(max_examples=100, deadline=None)
@given(longitudes, latitudes)
def test_projection_et_son_inverse(lon, lat):
    projection = geometrie.Projection(geometrie.cadre(list(QPV.values())), 1000)
    x, y = projection.point((lon, lat))
    retour = projection.degres(x, y)
    assert retour == pytest.approx((lon, lat), abs=0.0002)


def test_trace_svg_ferme_chaque_anneau():
    projection = geometrie.Projection(geometrie.cadre([TROU]), 100)
    assert projection.trace(TROU).count("M") == projection.trace(TROU).count("z") == 2


def test_centre_comme_shapely():
    for contour in QPV.values():
        attendu = shape(contour).exterior
        assert geometrie.centre(contour) == pytest.approx(
            tuple(Polygon(attendu).centroid.coords[0]), abs=1e-4
        )


def test_un_cadre_au_rapport_garde_son_centre_et_contient_l_ancien():
    boite = geometrie.cadre([QPV["QN06262M"]])
    large = geometrie.au_rapport(boite, 1.25)
    projection = geometrie.Projection(large, 1000)
    assert projection.hauteur == 800
    marges = (boite[0] - large[0], boite[1] - large[1], large[2] - boite[2], large[3] - boite[3])
    assert min(marges) >= 0
    assert (large[0] + large[2], large[1] + large[3]) == pytest.approx(
        (boite[0] + boite[2], boite[1] + boite[3])
    )
