"""Ratios within one run (CONCEPTION §5), and the published figures of eco-design."""

import pytest
from django.db import connection

from appels.socle import obligations
from contrat_ville import mesures
from quartiers.models import Parution
from tests.fabriques import creer_appel

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def adresse_de_la_base(base_a_plusieurs) -> str:
    reglages = connection.settings_dict
    return f"postgres://{reglages['USER']}@{reglages['HOST']}:{reglages['PORT']}/{reglages['NAME']}"


def test_une_page_publique_va_au_moins_moitie_aussi_vite_qu_une_vue_vide(adresse_de_la_base):
    creer_appel()
    with mesures.gunicorn({"DATABASE_URL": adresse_de_la_base}) as port:
        lus = mesures.rapports(port, ["/", "/quartiers/QN06259M/"], duree=0.3, tours=15)
    print(lus)
    assert min(lus.values()) >= 0.5, lus


def test_une_base_redemarree_ne_coute_pas_une_erreur(base_a_plusieurs):
    """The number is the first query: on a dead connection, it opens another."""
    attendue = Parution.actuelle()
    connection.connection.close()
    connection.health_check_enabled, connection.health_check_done = True, False
    assert (Parution.actuelle().numero, Parution.actuelle().le) == (attendue.numero, attendue.le)


@pytest.mark.parametrize(
    ("elements", "requetes", "ko", "score"), [(100, 100, 100, 72.02), (300, 8, 120, 83.46)]
)
def test_ecoindex_donne_les_deux_valeurs_de_controle(elements, requetes, ko, score):
    assert mesures.ecoindex(elements, requetes, ko) == score


@pytest.mark.parametrize(("score", "lettre"), [(80.01, "A"), (80, "B"), (70, "C"), (10, "G")])
def test_la_note_est_strictement_au_dessus_du_seuil(score, lettre):
    assert mesures.note(score) == lettre


def test_les_chiffres_publies_sont_ceux_de_chaque_page_et_se_recalculent(base_a_plusieurs):
    """What the page « Écoconception » shows was measured: every stable page is there, and each
    score follows.
    """
    pages = obligations.mesures()["pages"]
    assert [
        p["chemin"]
        for p in pages
        if mesures.ecoindex(p["elements"], p["requetes"], p["ko"]) != p["score"]
    ] == []
    assert [p["chemin"] for p in pages if mesures.note(p["score"]) != p["note"]] == []
    assert set(mesures.publics()) - {p["chemin"] for p in pages} == set()
    assert {p["note"] for p in pages} == {"A"}
