"""The verdict of `mesurer --pages`: counts decide, small ones do not, times never."""

import pytest

from contrat_ville import mesures_tailles, semis_entiers
from contrat_ville.mesures_pages import Elements, expliquer
from contrat_ville.mesures_tailles import Ecart, changements, ecarts

CLE = ("agent", "appels:instruction")
LUE = {"requetes": 10, "lignes": 1000, "tampons": 1000, "ms": 10.0}


@pytest.mark.parametrize(
    ("change", "phrases"),
    [
        ({}, []),
        ({"ms": 900.0}, []),
        ({"requetes": 11}, ["10 requêtes, puis 11"]),
        ({"requetes": 9}, []),
        ({"lignes": 1500}, []),
        ({"lignes": 1501}, ["1000 lignes, puis 1501"]),
        ({"tampons": 1501}, ["1000 tampons, puis 1501"]),
    ],
)
def test_ce_qui_grandit_est_dit(change, phrases):
    assert ecarts({CLE: LUE}, {CLE: {**LUE, **change}}) == [
        Ecart(CLE, phrase) for phrase in phrases
    ]


@pytest.mark.parametrize(("quoi", "leger"), [("lignes", 300), ("tampons", 500)])
def test_une_page_legere_ne_grandit_pas(quoi, leger):
    """A ratio of two small numbers says nothing; one more is said."""
    petite = {CLE: {**LUE, quoi: 3}}
    assert ecarts(petite, {CLE: {**LUE, quoi: leger}}) == []
    assert ecarts(petite, {CLE: {**LUE, quoi: leger + 1}}) == [
        Ecart(CLE, f"3 {quoi}, puis {leger + 1}")
    ]


def test_ce_qui_change_depuis_la_derniere_fois(tmp_path, monkeypatch):
    """Kept, read again: one line a page, so that a difference is read."""
    monkeypatch.setattr(mesures_tailles, "GARDEES", tmp_path / "pages.json")
    assert mesures_tailles.gardees() == {}
    lue = {**LUE, "octets": 12_345, "elements": 300}
    mesures_tailles.garder({CLE: lue}, {CLE: lue}, {"de": 1000, "à": 10_000}, "2026-11-26")
    assert len((tmp_path / "pages.json").read_text().splitlines()) == 3
    avant = mesures_tailles.gardees()
    assert avant["pages"][0] == {
        "espace": "Espace du service",
        "role": "agent",
        "nom": "appels:instruction",
        "requetes": 10,
        "lignes": [1000, 1000],
        "tampons": [1000, 1000],
        "ms": [10.0, 10.0],
        "ko": 12.3,
        "elements": 300,
    }
    assert changements(avant, {CLE: lue}) == []
    assert changements(avant, {CLE: {**lue, "requetes": 12}}) == [
        "agent appels:instruction : 10 puis 12 requêtes"
    ]


def test_un_dessin_compte_pour_un_element():
    lus = Elements()
    lus.feed("<main><p>a<br></p><svg><g><path/></g><svg></svg></svg><b>c</b></main>")
    assert lus.combien == 5


@pytest.mark.postgresql
@pytest.mark.django_db
def test_ce_que_la_base_lit_est_compte():
    """One scan of a series: its rows, those put aside with them."""
    lignes, tampons = expliquer([("SELECT n FROM generate_series(1, %s) n WHERE n > 4", (10,))])
    assert (lignes, tampons >= 0) == (10, True)
    assert expliquer([("UPDATE x SET y = 1", None)]) == (0, 0)


def test_la_graine_donne_sa_valeur_a_chaque_colonne_unique():
    """Otherwise the copy of a row is refused by its table, and nothing is measured at all."""
    uniques = {
        f"{table._meta.model_name}.{champ.name}"
        for table in semis_entiers._tables()
        for champ in table._meta.concrete_fields
        if champ.unique and not champ.primary_key and not champ.is_relation
        if champ.get_internal_type() != "UUIDField"
    }
    assert uniques - set(semis_entiers.PROPRES) == set()
