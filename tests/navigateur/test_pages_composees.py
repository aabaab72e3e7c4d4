"""The public pages as they are composed: every one of the map of the site; what the mock-ups
promise is looked at in a browser. Every width of every page: `test_interactions.py`.
"""

import re

import pytest
from django.test import Client

from appels.models import Lieu
from contrat_ville import mesures
from partenaires.models import EtatParole
from quartiers.models import IndicateurQuartier, Quartier, Source
from tests.fabriques import (
    creer_accord,
    creer_appel,
    creer_document,
    creer_dossier_complet,
    deposer,
    publier_les_decisions,
)
from tests.fabriques_paroles import creer_consultation, creer_contribution
from tests.inventaire import Vue
from tests.navigateur.vitrine import LARGEUR, Vitrine

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db]

# On a phone, what comes before what one came for: the band of the title, or its end where the band
# holds the page itself (home, a quartier).
TETE = """() => {
    const bande = document.querySelector('main .tete');
    if (!bande) return [];
    const compose = bande.querySelector('.une, .moitie');
    const fin = (compose ? bande.querySelector('h1') : bande).getBoundingClientRect().bottom;
    const haut = fin - document.querySelector('main').getBoundingClientRect().top;
    return haut <= 200 ? [] : [`titre en ${Math.round(haut)} px`];
}"""

# Cards that stand side by side end together.
HAUTEURS = """() => [...document.querySelectorAll(
    'main :is(.axes, .paroles, .telecharge, .objectifs, .egale)'
)].flatMap(rangee => {
    const boites = [...rangee.children].map(e => e.getBoundingClientRect());
    return boites.flatMap(une => boites.filter(
        autre => Math.abs(autre.top - une.top) < 1 && autre.height - une.height > 1
    ).map(autre => `${rangee.className} : ${une.height} et ${autre.height} px`));
})"""

# The map and the list that says the same are of one height once they are side by side.
EGALES = """() => [...document.querySelectorAll('main .terre:has(.egale)')].flatMap(terre => {
    const [carte, liste] = [...terre.children].map(e => e.getBoundingClientRect());
    const seules = Math.abs(carte.top - liste.top) > 1;
    return seules || Math.abs(carte.height - liste.height) <= 1
        ? [] : [`carte de ${carte.height} px, liste de ${liste.height}`];
})"""


@pytest.fixture
def vitrine(chromium):
    vitrine = Vitrine(chromium)
    yield vitrine
    vitrine.contexte.close()


def remplir() -> None:
    """A year with projects in two quartiers, figures, a document, words with their answer."""
    appel = creer_appel()
    for code in ("QN06262M", "QN06259M"):
        dossier = creer_dossier_complet(appel)
        Lieu.objects.filter(dossier=dossier).update(quartier=Quartier.objects.get(code=code))
        creer_accord(deposer(dossier))
    publier_les_decisions(appel)
    creer_document()
    IndicateurQuartier.objects.create(
        quartier=Quartier.objects.get(code="QN06262M"),
        libelle="Moins de 25 ans",
        valeur=40,
        valeur_cua=30,
        unite="%",
        annee=2024,
        source=Source.objects.first(),
    )
    consultation = creer_consultation()
    for _ in range(3):
        creer_contribution(consultation, EtatParole.SUITE_DONNEE)


def vues() -> list[Vue]:
    client = Client()
    return [
        Vue("", "", chemin, "", client.get(chemin).content.decode()) for chemin in mesures.publics()
    ]


def test_temoin_chaque_regard_voit_sa_faute(vitrine):
    """The sabotaged control: without it, nothing found would mean nothing."""
    corps = (
        "<div class='tete' style='height:300px'></div>"
        "<ul class=axes style='display:flex;align-items:start'><li>a</li><li>a<br>b</li></ul>"
        "<div class=terre style='display:flex'><svg style='height:90px;width:90px'></svg>"
        "<ul class=egale style='height:200px;margin:0'><li>a</li></ul></div>"
    )
    vitrine.montrer(Vue("", "", "/", "", f"<!doctype html><main>{corps}</main>"), 390)
    assert [len(vitrine.regarder(regard)) for regard in (TETE, HAUTEURS, EGALES)] == [1, 1, 1]


def test_chaque_page_publique_est_composee(vitrine):
    remplir()
    pages = vues()
    assert len(pages) > 35
    fautes = []
    for vue in pages:
        vitrine.montrer(vue, 390)
        fautes += [(vue.chemin, 390, faute) for faute in vitrine.regarder(TETE)]
        for largeur in (390, 768, 1280):
            vitrine.elargir(largeur)
            for regard in (LARGEUR, HAUTEURS, EGALES):
                fautes += [(vue.chemin, largeur, faute) for faute in vitrine.regarder(regard)]
    assert fautes == []


def test_la_forme_rouge_de_la_marque_est_ce_quartier(vitrine, connecter):
    """The mark has a shape a quartier, and its address says which one is red; none elsewhere."""
    rouges = {}
    for code in ["", *Quartier.objects.values_list("code", flat=True)]:
        page = connecter().get(f"/quartiers/{code}/" if code else "/quartiers/").content.decode()
        (marque,) = re.findall(r'<img src="([^"]*marque[^"]*)"', page)
        vitrine.onglet.goto(f"http://testserver{marque}")
        rouges[code] = vitrine.regarder(
            "() => [...document.querySelectorAll('path')].filter("
            "e => getComputedStyle(e).fill === 'rgb(200, 69, 45)').map(e => e.id)"
        )
    assert rouges == {code: [code] if code else [] for code in rouges}
    assert len(rouges) == 7
