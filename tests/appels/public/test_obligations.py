"""What the portal says of itself is what it does: cookies, scripts, weight, keys."""

import html
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from appels.socle import obligations
from contrat_ville import semis
from partenaires.models import Role
from tests import pages_lues
from tests.appels.public.test_adresses_publiques import adresses_publiques
from tests.fabriques import creer_agent, creer_appel, creer_association, creer_membre, poser_service

pytestmark = pytest.mark.django_db
ELEMENTS_PUBLICS = 382  # CONCEPTION §5


def test_les_pages_pleines_tiennent_dans_leur_budget(connecter):
    """A hundred projects, five calls: what grows is counted full."""
    creer_agent(Role.RESPONSABLE)
    for annee in range(2023, 2028):
        creer_appel(annee)
    semis.publier_des_projets(100)
    client = connecter()
    comptes = {}
    for chemin in ("/projets/", "/projets/?page=2", "/ecoconception/", "/quartiers/QN06258M/"):
        reponse = client.get(chemin)
        assert reponse.status_code == 200
        comptes[chemin] = pages_lues.elements(reponse.content.decode())
    assert "100\u00a0projets" in client.get("/projets/").content.decode()
    assert {c: n for c, n in comptes.items() if n > ELEMENTS_PUBLICS} == {}


def test_la_page_des_cookies_dit_ceux_qui_sont_poses(connecter):
    """Observed: every page without an account, then a sign-in."""
    creer_appel()
    sans_service = connecter().get("/cookies/").content.decode()
    assert reverse("appels:ecrire_au_service") not in sans_service
    assert not connecter().get(reverse("appels:ecrire_au_service")).cookies
    poser_service(email="cohesion@example.org")
    duree_dite = {cookie.nom: cookie for cookie in obligations.cookies()}
    posent = set()
    for nom, adresse in adresses_publiques().items():
        reponse = connecter().get(adresse)
        if reponse.cookies:
            posent.add(nom)
            assert set(reponse.cookies) == {settings.CSRF_COOKIE_NAME}, nom
    assert posent - set(obligations.PAGES_A_JETON_PAR_LIEN) == set(obligations.PAGES_A_JETON)
    personne = creer_membre(creer_association())
    personne.set_password("un-mot-de-passe-assez-long")
    personne.save()
    client = Client()
    entree = client.post(
        "/compte/login/", {"login": personne.email, "password": "un-mot-de-passe-assez-long"}
    )
    assert entree.status_code == 302
    assert set(client.cookies) == set(duree_dite)
    ages = {nom: pose["max-age"] for nom, pose in client.cookies.items()}
    assert (
        duree_dite[settings.CSRF_COOKIE_NAME].duree
        == f"{ages[settings.CSRF_COOKIE_NAME] // 86400}\u00a0jours"
    )
    assert (
        duree_dite[settings.NAVIGATEUR_COOKIE_NAME].duree
        == f"{ages[settings.NAVIGATEUR_COOKIE_NAME] // 86400}\u00a0jours"
    )
    page = connecter().get("/cookies/").content.decode()
    assert [nom for nom in duree_dite if f'<th scope="row">{nom}</th>' not in page] == []
    assert [nom for nom in obligations.PAGES_A_JETON if reverse(nom) not in page] == []


DE_LA_PAGE = {
    "appels:situer": {"situer"},
    "appels:commencer": {"depart"},
    "appels:ecrire_au_service": {"onglet"},
}


def test_les_scripts_dits_sont_ceux_des_pages(connecter):
    """« Me localiser » and the pages where one writes; each module belongs to a family."""
    creer_appel()
    dits = {nom: modules for nom, _, modules in obligations.scripts()}
    assert (dits["Lire, sans compte"], dits["Se connecter, créer un compte"]) == (
        ["depart", "onglet", "situer"],
        ["cles"],
    )
    for nom, adresse in adresses_publiques().items():
        reponse = connecter().get(adresse)
        corps = b"".join(reponse).decode(errors="replace")
        modules = set(re.findall(r'<script[^>]*src="/static/js/(\w+)\.', corps))
        de_la_page = DE_LA_PAGE.get(nom, set())
        assert modules <= (de_la_page if nom.startswith("appels:") else {"cles"}), nom
    declares = {module for modules in dits.values() for module in modules}
    pages = {
        module
        for gabarit in obligations.GABARITS.rglob("*.html")
        for module in re.findall(r'static "js/(\w+)\.js"', gabarit.read_text(encoding="utf-8"))
    }
    assert declares == pages


def test_la_preuve_des_raccourcis_est_vraie(racine):
    """RGAA 12.10: the letters are those of the page of a project, and who wants none has none."""
    ecoutent = {}
    for module in sorted((racine / "static" / "js").rglob("*.js")):
        texte = module.read_text(encoding="utf-8")
        if re.search(r"\bkey(down|up|press)\b", texte):
            ecoutent[module.name] = set(re.findall(r"\b(Arrow\w+|Escape|Key[A-Z]|Space)\b", texte))
    assert ecoutent == {
        "comite.js": {"ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"},
        "matrice.js": {"ArrowUp", "ArrowDown"},
        "raccourcis.js": set(),
    }
    gabarits = racine / "templates" / "appels" / "instruction"
    lettres = {
        lettre
        for gabarit in gabarits.rglob("*.html")
        for lettre in re.findall(r'data-touche="([^"{]+)"', gabarit.read_text(encoding="utf-8"))
    }
    preuves = {
        critere["numero"]: critere["preuve"]
        for theme in obligations.grille()["thematiques"]
        for critere in theme["criteres"]
    }
    dites = re.search(r"touches \((.+?)\)", preuves["12.10"])
    assert dites is not None
    assert {lettre.lower() for lettre in dites[1].split(", ")} == lettres


def test_chaque_famille_pesee_est_sur_la_page(connecter):
    familles = obligations.familles()
    assert {"Entrer", "Espace des organismes", "Espace du service", "Espace des financeurs"} <= {
        famille["nom"] for famille in familles
    }
    page = connecter().get("/ecoconception/").content.decode()
    assert [
        famille["nom"] for famille in familles if famille["nom"] not in html.unescape(page)
    ] == []
    projets = next(p for p in obligations.mesures()["pages"] if p["chemin"] == "/projets/")
    assert projets["elements"] > 300  # weighed full
    assert projets["elements"] <= ELEMENTS_PUBLICS
