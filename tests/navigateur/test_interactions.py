"""Every page of every role, and every form after an interaction, in a real browser: axe, what the
keyboard reaches, every width. Pages and forms are enumerated (`tests/inventaire.py`).

The suite sends each form once, absurd; `python3 manage.py eprouver interactions` does all of it.
"""

import os

import pytest

from tests import inventaire
from tests.contrat_ville.test_acces import monde  # noqa: F401
from tests.inventaire import Vue
from tests.navigateur.conftest import fautes_axe
from tests.navigateur.vitrine import (
    CACHES,
    FOCUS,
    LARGEUR,
    LARGEURS,
    RUPTURES,
    RYTHME,
    Vitrine,
)

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db, pytest.mark.campagne]
EN_ENTIER = os.environ.get("EPREUVE_LONGUE") == "1"
ECRANS = ((320, "dark"), (1280, "light"), (320, "light"), (1280, "dark"))


@pytest.fixture
def vitrine(chromium):
    vitrine = Vitrine(chromium)
    yield vitrine
    vitrine.contexte.close()


@pytest.fixture
def releve(request, monkeypatch):
    inventaire.en_silence(monkeypatch)
    return inventaire.relever(request, en_entier=EN_ENTIER)


def test_temoin_chaque_regard_voit_sa_faute(vitrine):
    """The sabotaged control: without it, nothing found would mean nothing."""
    corps = (
        "<h2 style='margin:0'>Un titre</h2><ul style='margin:0'><li>collé</li></ul>"
        "<table class=pliant><thead style='position:absolute;clip-path:inset(50%)'><tr><th>"
        "<a href=#>Trier</a></thead></table>"
        "<svg role=img width=90 viewBox='0 0 900 90'><text x=50 y=50>petit</text></svg>"
        "<p style='width:30px;overflow-wrap:anywhere'>Un texte bien trop serré ici</p>"
        "<ul><li style='width:50px;overflow-wrap:anywhere'>22\u00a0novembre</li></ul>"
        "<pre>" + "x" * 400 + "</pre><input aria-label=a>"
        "<p style='display:grid;grid-template-columns:9rem 9rem'>"
        "<input aria-label=b><input aria-label=c style='margin-top:8px'></p>"
        "<div data-etat style='position:fixed;inset:0;background:#fff'></div>"
    )
    vitrine.montrer(Vue("", "", "/", "", f"<!doctype html><main>{corps}</main>"), 320)
    assert vitrine.regarder(RYTHME) == ["« Un titre » touche ce qui suit"]
    assert len(vitrine.regarder(CACHES)) == 1
    assert sorted(faute.partition(" : ")[0] for faute in vitrine.regarder(LARGEUR)) == [
        "dessiné en 1.6 px",
        "défile de côté",
        "image de 90 px",
        "mot coupé",
        "pas à la hauteur du précédent",
        "serré en 30 px",
        "sort de sa place",
    ]
    assert len(vitrine.masques()) == 4


def test_chaque_page_a_toutes_les_largeurs_et_au_clavier(releve, vitrine):
    """No overflow, no small picture nor word, no title that touches, nothing reached unseen."""
    fautes = []
    for vue in releve.pages:
        vitrine.montrer(vue, 320, 256)
        fautes += [(str(vue), "400 %", faute) for faute in vitrine.masques()]
        fautes += [(str(vue), "400 %", faute) for faute in vitrine.regarder(CACHES)]
        for largeur in LARGEURS if EN_ENTIER else RUPTURES:
            vitrine.elargir(largeur)
            fautes += [(str(vue), largeur, faute) for faute in vitrine.regarder(LARGEUR)]
            fautes += [(str(vue), largeur, faute) for faute in vitrine.regarder(RYTHME)]
        fautes += [(str(vue), "large", faute) for faute in vitrine.regarder(CACHES)]
        fautes += [(str(vue), "large", faute) for faute in vitrine.masques()]
    print(f"{len(releve.pages)} pages regardées")
    assert fautes == []


def test_chaque_formulaire_apres_une_interaction(releve, vitrine):
    """axe at zero, and what is reached is seen, once a form has answered."""
    etats = [v for v in releve.etats if EN_ENTIER or v.etat.startswith("absurde")]
    assert len(etats) > 90
    fautes = []
    for vue in etats:
        for largeur, couleurs in ECRANS if EN_ENTIER else ECRANS[:1]:
            vitrine.montrer(vue, largeur, couleurs=couleurs)
            fautes += [(str(vue), largeur, couleurs, faute) for faute in fautes_axe(vitrine.onglet)]
        fautes += [(str(vue), largeur, faute) for faute in vitrine.regarder(LARGEUR)]
        if vitrine.regarder(FOCUS) not in ("erreurs", None):
            fautes.append((str(vue), "le résumé des erreurs n’a pas le focus"))
        fautes += [(str(vue), faute) for faute in vitrine.masques()]
    print(f"{len(etats)} états de formulaires regardés")
    assert fautes == []
