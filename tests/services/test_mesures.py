"""How ratios are read and kept, and the published figures of eco-design."""

import json

import pytest
from django.db import connection

from appels.socle import obligations
from contrat_ville import mesures
from quartiers.models import Parution

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_un_rapport_est_celui_des_meilleurs_tours(monkeypatch):
    """What else runs on the machine only slows a turn down: the best of each is kept. The figures
    themselves are read by `manage.py mesurer`, never here.
    """
    tours = {"/": [30.0, 60.0, 45.0], mesures.VIDE: [100.0, 80.0, 90.0]}

    def debit(port, chemin, duree):
        return 0.0 if duree == 0.1 else tours[chemin].pop(0)

    monkeypatch.setattr(mesures, "debit", debit)
    assert mesures.rapports(0, ["/"], tours=3) == {"/": 0.6}


def test_ce_qui_est_mesure_est_garde_a_cote_de_ce_qui_l_etait(monkeypatch, tmp_path):
    monkeypatch.setattr(mesures, "RAPPORTS", tmp_path / "rapports.json")
    mesures.garder("débit", {"/": 0.612}, "2027-01-05")
    mesures.garder("liste", {"": 1.04}, "2027-01-06")
    mesures.garder("débit", {"/": 0.655}, "2027-01-07")
    assert json.loads(mesures.RAPPORTS.read_text(encoding="utf-8")) == {
        "débit": {"le": "2027-01-07", "rapports": {"/": 0.66}},
        "liste": {"le": "2027-01-06", "rapports": {"": 1.04}},
    }


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
    sans_compte = [p for p in pages if not p["famille"].startswith("Espace")]
    assert {p["note"] for p in sans_compte} == {"A"}
    assert len(sans_compte) < len(pages)
