"""Passkeys in a real browser, with a key that Chromium plays."""

import re

import pytest
from allauth.mfa.models import Authenticator

from partenaires.models import Connexion
from tests.fabriques import MOT_DE_PASSE, creer_utilisateur

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.campagne]


@pytest.fixture
def onglet(chromium, serveur, settings):
    """A browser that owns a key with a PIN, on a name: an address in figures has no keys."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    adresse = serveur.replace("127.0.0.1", "localhost")
    settings.CSRF_TRUSTED_ORIGINS = [adresse]
    contexte = chromium.new_context(base_url=adresse)
    page = contexte.new_page()
    page.soucis = []
    page.on("console", lambda dit: page.soucis.append(dit.text) if dit.type == "error" else None)
    cdp = contexte.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    contexte.close()


def test_une_cle_se_cree_puis_ouvre_sans_mot_de_passe(onglet):
    personne = creer_utilisateur("cle@example.org")
    onglet.goto("/compte/login/")
    onglet.fill("[name=login]", personne.email)
    onglet.fill("[name=password]", MOT_DE_PASSE)
    onglet.click("text=Se connecter >> nth=-1")
    onglet.goto("/compte/second-facteur/webauthn/add/")
    onglet.fill("[name=password]", MOT_DE_PASSE)
    onglet.click("button:has-text('Confirmer')")
    onglet.fill("[name=name]", "Clé du bureau")
    onglet.click("button:has-text('Créer la clé')")
    onglet.wait_for_url(re.compile("recovery-codes"))
    assert Authenticator.objects.get(type="webauthn").wrap().name == "Clé du bureau"
    onglet.goto("/compte/second-facteur/webauthn/")
    assert "Clé du bureau" in onglet.inner_text("main")

    onglet.context.clear_cookies()
    onglet.goto("/compte/login/")
    onglet.click("button:has-text('Entrer avec une clé d’accès')")
    onglet.wait_for_url(re.compile("/organismes/"))
    assert Connexion.objects.filter(utilisateur=personne, evenement="ouverte").count() == 2

    onglet.context.clear_cookies()
    onglet.goto("/compte/login/")
    onglet.fill("[name=login]", personne.email)
    onglet.fill("[name=password]", MOT_DE_PASSE)
    onglet.press("[name=password]", "Enter")
    onglet.click("button:has-text('Montrer ma clé d’accès')")
    onglet.wait_for_url(re.compile("/organismes/"))
    assert onglet.soucis == []


def test_sans_cle_la_page_le_dit_et_le_mot_de_passe_reste(onglet):
    creer_utilisateur("cle@example.org")
    onglet.goto("/compte/login/")
    onglet.click("button:has-text('Entrer avec une clé d’accès')")
    onglet.wait_for_selector("text=La clé n’a pas été donnée")
    assert onglet.is_visible("[name=password]")


def test_sans_script_aucune_cle_n_est_offerte(chromium, serveur):
    contexte = chromium.new_context(base_url=serveur, java_script_enabled=False)
    page = contexte.new_page()
    page.goto("/compte/login/")
    assert page.is_hidden("button:has-text('Entrer avec une clé d’accès')")
    contexte.close()
