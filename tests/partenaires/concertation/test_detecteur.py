"""What the detector finds in 200 texts, and what it lets pass (SUITES F8, bar)."""

import pytest

from partenaires.concertation.corpus import lire_corpus, mesurer
from partenaires.concertation.detecteur import Genre, Trouvaille, reperer
from tests.paroles_inventees import AGENTS, CORPUS


@pytest.fixture(scope="module")
def temoins():
    return lire_corpus(CORPUS.read_text(encoding="utf-8"))


def test_ce_qui_doit_l_etre_est_releve_et_rien_d_autre(temoins):
    taux = mesurer(temoins, AGENTS)
    assert taux.textes == 200
    for genre, (vus, sur) in taux.trouves.items():
        assert (genre, vus) == (genre, sur)
    assert taux.a_tort <= taux.montres * 0.05


def test_un_texte_ordinaire_ne_montre_rien(temoins):
    ordinaires = [temoin for temoin in temoins if not temoin.attendus]
    releves = [temoin.texte for temoin in ordinaires if reperer(temoin.texte, AGENTS)]
    assert len(releves) <= len(ordinaires) * 0.05


@pytest.mark.parametrize(
    ("texte", "vu"),
    [
        ("é" * 3 + " : 06 39 98 12 34.", "06 39 98 12 34"),
        ("e\u0301\u0301 06\u200b39\u00ad98 12 34", "06\u200b39\u00ad98 12 34"),
        ("İİİ 06\u00a039\u202f98\u201312‑34", "06\u00a039\u202f98\u201312‑34"),
        ("ligne\n06 39\n98 12 34\nligne", "06 39\n98 12 34"),
        ("06 39\x00 98 12 34", "06 39\x00 98 12 34"),
    ],
)
def test_la_place_est_celle_du_texte_tel_qu_il_est_tape(texte, vu):
    [releve] = reperer(texte)
    assert texte[releve.debut : releve.fin] == vu
    assert releve.genre == Genre.TELEPHONE


def test_un_compte_n_est_pas_aussi_un_telephone():
    texte = "FR76 0639 9812 3406 3998 1234 063, puis 06 39 98 12 34"
    assert [releve.genre for releve in reperer(texte)] == [Genre.IBAN, Genre.TELEPHONE]


@pytest.mark.parametrize("texte", ["", " ", "\n", "0", "@", "M. ", "\u0301"])
def test_presque_rien(texte):
    assert reperer(texte, ["", "Seule"]) == []


@pytest.mark.parametrize("motif", ["a.", "0 ", "rue a ", "FR76 ", "@a."])
def test_cent_kilo_octets_sont_lus(motif):
    """A pattern that went back on its steps would never end here."""
    assert isinstance(reperer(motif * (100_000 // len(motif))), list)


def test_un_agent_connu_dans_les_deux_sens():
    assert reperer("vu par MODELE jean marc", AGENTS) == [Trouvaille(7, 23, Genre.NOM)]
    assert reperer("vu par Jean-Marc", AGENTS) == []
