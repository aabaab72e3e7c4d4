"""A real Chromium on a real server, with axe-core."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from appels.demonstration import dossiers
from appels.depot.actions import recepisses
from appels.models import Recepisse
from appels.redaction.actions import rappels
from appels.socle import reveil
from partenaires.models import Partenaire
from quartiers import horloge
from tests.attente import BORNE
from tests.fabriques import creer_appel, creer_association, creer_dossier, creer_signataire, deposer
from tests.navigateur import ecran_de_saisie, regles_de_script

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as machine:
        navigateur = machine.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-gpu",
            ],
        )
        yield navigateur
        navigateur.close()


@pytest.fixture(scope="session")
def statiques(tmp_path_factory) -> dict:
    """The settings under which static files are those of production: collected once, named by their
    content, compressed.
    """
    classe = {"BACKEND": "contrat_ville.statiques.Statiques"}
    reglages = {
        "STATIC_ROOT": tmp_path_factory.mktemp("statiques"),
        "STORAGES": {**settings.STORAGES, "staticfiles": classe},
        "WHITENOISE_USE_FINDERS": False,
    }
    with override_settings(**reglages):
        call_command("collectstatic", interactive=False, verbosity=0)
    return reglages


@pytest.fixture(scope="session")
def live_server(statiques):
    """The one of pytest-django, but WhiteNoise gives the static files, as in production."""
    serveur = LiveServer("localhost", start=False)
    serveur.thread.static_handler = lambda application: application
    with override_settings(**statiques):
        serveur.start()
    yield serveur
    serveur.stop()


@pytest.fixture
def serveur(live_server, statiques, settings):
    """The live server, with the address that links carry."""
    for nom, valeur in statiques.items():
        setattr(settings, nom, valeur)
    settings.URL_PUBLIQUE = live_server.url.replace("localhost", "127.0.0.1")
    settings.CSRF_TRUSTED_ORIGINS = [settings.URL_PUBLIQUE]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    return settings.URL_PUBLIQUE


@pytest.fixture
def ouvrir(chromium, serveur):
    """`ouvrir(personne, largeur=…, sombre=…, script=…)`: a page, signed in; console errors are
    kept.
    """
    contextes = []

    def page(personne=None, largeur=1280, sombre=False, script=True):
        contexte = chromium.new_context(
            viewport={"width": largeur, "height": 900},
            locale="fr-FR",
            java_script_enabled=script,
            bypass_csp=False,
            color_scheme="dark" if sombre else "light",
            base_url=serveur,
        )
        contexte.set_default_timeout(BORNE * 1000)
        contextes.append(contexte)
        if personne is not None:
            client = Client()
            client.force_login(
                personne, backend="allauth.account.auth_backends.AuthenticationBackend"
            )
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            contexte.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": serveur}]
            )
        onglet = contexte.new_page()
        onglet.plaintes = []
        onglet.on(
            "console",
            lambda m: onglet.plaintes.append(m.text) if "Content Security" in m.text else None,
        )
        onglet.on("pageerror", lambda e: onglet.plaintes.append(str(e)))
        return onglet

    yield page
    for contexte in contextes:
        contexte.close()


@pytest.fixture
def ecran(chromium):
    """`ecran(sans=(fragment, remplaçant))`: the page, the script as it is or without a rule."""
    with regles_de_script.ecrans(chromium, ecran_de_saisie.SCRIPTS, ecran_de_saisie.Ecran) as page:
        yield page


def fautes_axe(onglet) -> list[str]:
    """Every violation of axe on the page, one line each; axe runs outside the page's CSP."""
    session = onglet.context.new_cdp_session(onglet)
    if (
        session.send("Runtime.evaluate", {"expression": "typeof axe"})["result"]["value"]
        == "undefined"
    ):
        session.send("Runtime.evaluate", {"expression": AXE})
    resultat = session.send(
        "Runtime.evaluate",
        {
            "expression": "axe.run(document, {resultTypes: ['violations'], runOnly: "
            "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
            ".then(r => JSON.stringify(r.violations.map(v => v.id + ' : ' + "
            "v.nodes.map(n => n.html.slice(0, 150)).join(' | '))))",
            "awaitPromise": True,
        },
    )
    return json.loads(resultat["result"]["value"])


def fautes_de_contraste(onglet) -> list[str]:
    """What other colours of the device change, on the page that axe has just read."""
    session = onglet.context.new_cdp_session(onglet)
    resultat = session.send(
        "Runtime.evaluate",
        {
            "awaitPromise": True,
            "expression": "axe.run(document, {resultTypes: ['violations'], runOnly: "
            "{type: 'rule', values: ['color-contrast', "
            "'link-in-text-block']}})"
            ".then(r => JSON.stringify(r.violations.map(v => v.id + ' : ' + "
            "v.nodes.map(n => n.html.slice(0, 150)).join(' | '))))",
        },
    )
    return json.loads(resultat["result"]["value"])


def regarder(onglet, largeur: int, couleurs: str) -> None:
    """The same page on another device: its width, its colours, nothing halfway between two."""
    onglet.set_viewport_size({"width": largeur, "height": 900})
    onglet.emulate_media(color_scheme=couleurs, reduced_motion="reduce")


def deborde(onglet) -> bool:
    """True when the page scrolls sideways."""
    return onglet.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


@pytest.fixture
def monde(serveur, monkeypatch):
    """An open call around the real now: the browser's server reads the real clock."""
    ici = horloge.maintenant()
    appel = creer_appel(ouvre_le=ici - timedelta(days=30), ferme_le=ici + timedelta(days=15))
    for partenaire in Partenaire.objects.du_contrat().filter(genre="commune"):
        appel.financeurs.create(partenaire=partenaire, sous_poste="74com", position=9)
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    quand = {"cree_le": ici - timedelta(days=20)}
    complet = creer_dossier_complet_a(appel, porteur, ici, **quand)
    with reveil.en_silence():
        depose = deposer(creer_dossier_complet_a(appel, porteur, ici, **quand), signataire, ici)
        recepisses.etablir(depose.versions.get())
        vide = creer_dossier(appel, porteur, **quand)
        rappels.rappeler(ici + timedelta(days=13))
    return {
        "appel": appel,
        "porteur": porteur,
        "signataire": signataire,
        "complet": complet,
        "depose": depose,
        "vide": vide,
        "code": Recepisse.objects.get().code,
    }


def creer_dossier_complet_a(appel, porteur, ici, **champs):
    return dossiers.remplir(creer_dossier(appel, porteur, **champs), ici)
