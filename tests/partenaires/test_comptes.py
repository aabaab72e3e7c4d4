"""Accounts: who signs up, who signs in, what nobody can guess.

Verified address, long passwords, one-time links that scanners cannot burn, no enumeration, TOTP.
"""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from post_office.models import Email

from partenaires.models import Role, Utilisateur
from tests.fabriques import (
    MOT_DE_PASSE,
    creer_agent,
    creer_association,
    creer_financeur,
    creer_membre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db
LONG = "les pinsons chantent tôt"


def inscrire(client, email="nouvelle@example.org", **champs):
    return client.post(
        "/compte/signup/",
        {"prenom": "Nora", "nom": "Essai", "email": email, "password1": LONG, **champs},
    )


def lien(motif: str) -> str:
    return re.search(
        rf"https://portail\.example({motif}\S*)", Email.objects.order_by("-pk").first().message
    )[1]


def test_inscription_verifiee_par_un_lien_qu_un_antivirus_ne_brule_pas(horloge_figee):
    client = Client()
    assert inscrire(client).status_code == 302
    assert Utilisateur.objects.get().prenom == "Nora"
    assert client.get("/dossiers/").status_code == 302
    chemin = lien("/compte/confirm-email/")
    for _ in range(3):  # a scanner opens the link
        page = Client().get(chemin)
        assert (page.status_code, "Confirmer mon adresse" in page.content.decode()) == (200, True)
    assert Utilisateur.objects.get().emailaddress_set.get().verified is False
    Client().post(chemin)
    assert Utilisateur.objects.get().emailaddress_set.get().verified is True
    reponse = client.post("/compte/login/", {"login": "Nouvelle@Example.org", "password": LONG})
    assert (reponse.status_code, reponse.url) == (302, "/espace/")


@pytest.mark.parametrize("mot_de_passe", ["court", "motdepasse", "nouvelle@example.org"])
def test_un_mot_de_passe_court_ou_commun_est_refuse_en_francais(mot_de_passe):
    reponse = inscrire(Client(), password1=mot_de_passe)
    assert reponse.status_code == 200
    assert Utilisateur.objects.count() == 0
    assert "mot de passe" in reponse.content.decode().split('role="alert"')[1]


def test_une_phrase_sans_majuscule_ni_chiffre_suffit():
    assert inscrire(Client(), password1="une phrase toute simple").status_code == 302


def reponse_nue(reponse) -> tuple:
    """Status, place and body without what changes at each request."""
    corps = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", reponse.content.decode())
    corps = re.sub(r"(in)?connue?\d*@example\.org", "ADRESSE", corps)
    return reponse.status_code, reponse.headers.get("Location"), corps


@pytest.mark.parametrize(
    ("chemin", "champs"),
    [
        ("/compte/signup/", {"prenom": "N", "nom": "E", "email": "{}", "password1": LONG}),
        ("/compte/password/reset/", {"email": "{}"}),
        ("/compte/login/", {"login": "{}", "password": "mauvais mot de passe"}),
    ],
)
def test_rien_ne_dit_si_un_compte_existe(chemin, champs):
    creer_utilisateur("connue@example.org")
    reponses = [
        reponse_nue(Client().post(chemin, {k: v.format(a) for k, v in champs.items()}))
        for a in ("connue@example.org", "inconnue@example.org")
    ]
    assert reponses[0] == reponses[1]


def test_mot_de_passe_oublie_le_lien_sert_une_fois():
    creer_utilisateur("connue@example.org")
    Client().post("/compte/password/reset/", {"email": "connue@example.org"})
    chemin = lien("/compte/password/reset/key/")
    for _ in range(2):  # a scanner follows the link
        assert Client().get(chemin, follow=True).status_code == 200
    client = Client()
    page = client.get(chemin, follow=True)
    reponse = client.post(page.request["PATH_INFO"], {"password1": LONG, "password2": LONG})
    assert reponse.status_code == 302
    assert (
        Client()
        .post("/compte/login/", {"login": "connue@example.org", "password": LONG})
        .status_code
        == 302
    )
    assert "Ce lien a déjà servi" in Client().get(chemin, follow=True).content.decode()


def test_un_hote_force_ne_change_pas_les_liens(settings):
    settings.ALLOWED_HOSTS = ["*"]
    creer_utilisateur("connue@example.org")
    Client().post(
        "/compte/password/reset/",
        {"email": "connue@example.org"},
        headers={"Host": "pirate.example"},
    )
    assert "pirate" not in Email.objects.get().message


@pytest.mark.parametrize(
    "suite", ["https://pirate.example/", "//pirate.example/", "/\\pirate.example"]
)
def test_aucune_redirection_vers_l_exterieur(suite):
    creer_utilisateur("connue@example.org")
    reponse = Client().post(
        f"/compte/login/?next={suite}",
        {"login": "connue@example.org", "password": MOT_DE_PASSE, "next": suite},
    )
    assert "pirate" not in reponse.headers.get("Location", "")


def test_les_essais_de_connexion_sont_limites(settings):
    settings.ACCOUNT_RATE_LIMITS = {"essai_connexion": "3/5m/key"}
    creer_utilisateur("connue@example.org")
    codes = [
        Client()
        .post("/compte/login/", {"login": "connue@example.org", "password": f"faux {n}"})
        .content.decode()
        for n in range(5)
    ]
    assert ["Trop de tentatives" in page or "trop" in page.lower() for page in codes][-1]


def poser_totp(utilisateur) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(utilisateur, secret)
    RecoveryCodes.activate(utilisateur)
    return secret


def code_totp(secret: str) -> str:
    compteur = int(time.time()) // 30
    return totp.format_hotp_value(totp.hotp_value(secret, compteur))


@pytest.mark.parametrize(
    "fabrique", [creer_agent, lambda: creer_agent(Role.RESPONSABLE), creer_financeur]
)
def test_agents_et_financeurs_posent_d_abord_leur_second_facteur(connecter, settings, fabrique):
    settings.SECOND_FACTEUR_EXIGE = True
    personne = fabrique()
    client = connecter(personne)
    reponse = client.get("/instruction/")
    assert (reponse.status_code, reponse.url) == (302, "/compte/second-facteur/totp/activate/")
    poser_totp(personne)
    assert client.get("/instruction/").status_code == 200


def test_un_porteur_n_y_est_pas_oblige(connecter, settings):
    settings.SECOND_FACTEUR_EXIGE = True
    assert connecter(creer_membre(creer_association())).get("/dossiers/").status_code == 200


def test_la_connexion_demande_le_code_puis_accepte_un_code_de_secours():
    personne = creer_utilisateur("deux@example.org")
    secret = poser_totp(personne)
    client = Client()
    reponse = client.post("/compte/login/", {"login": "deux@example.org", "password": MOT_DE_PASSE})
    assert reponse.url.startswith("/compte/second-facteur/authenticate/")
    assert client.get("/dossiers/").status_code == 302
    assert (
        client.post("/compte/second-facteur/authenticate/", {"code": "000000"}).status_code == 200
    )
    assert (
        client.post("/compte/second-facteur/authenticate/", {"code": code_totp(secret)}).status_code
        == 302
    )
    assert client.get("/mon-compte/").status_code == 200
    secours = RecoveryCodes(
        Authenticator.objects.get(user=personne, type="recovery_codes")
    ).get_unused_codes()
    autre = Client()
    autre.post("/compte/login/", {"login": "deux@example.org", "password": MOT_DE_PASSE})
    assert (
        autre.post("/compte/second-facteur/authenticate/", {"code": secours[0]}).status_code == 302
    )
    assert autre.get("/mon-compte/").status_code == 200


PAGES = [
    "/compte/login/",
    "/compte/signup/",
    "/compte/password/reset/",
    "/compte/password/reset/done/",
    "/compte/confirm-email/",
    "/compte/inactive/",
    "/compte/confirm-email/faux/",
    "/compte/password/reset/key/1-faux/",
]
PAGES_CONNECTEES = [
    "/compte/logout/",
    "/compte/email/",
    "/compte/password/change/",
    "/compte/reauthenticate/",
    "/compte/second-facteur/",
    "/mon-compte/",
]


@pytest.mark.parametrize("chemin", PAGES)
def test_les_pages_de_compte_sont_les_notres(chemin):
    page = Client().get(chemin, follow=True).content.decode()
    assert 'class="entete"' in page
    assert not re.search(r"\b(Sign|Password|Please|Email)\b", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("chemin", PAGES_CONNECTEES)
def test_les_pages_de_securite_sont_les_notres(chemin):
    creer_utilisateur("connue@example.org")
    client = Client()
    client.post("/compte/login/", {"login": "connue@example.org", "password": MOT_DE_PASSE})
    page = client.get(chemin, follow=True).content.decode()
    assert 'class="entete"' in page
    assert not re.search(r"\b(Sign|Password|Please|Email)\b", re.sub(r"<[^>]+>", " ", page))


def test_activer_le_second_facteur_montre_une_cle_et_un_dessin():
    creer_utilisateur("connue@example.org")
    client = Client()
    client.post("/compte/login/", {"login": "connue@example.org", "password": MOT_DE_PASSE})
    assert client.get("/compte/second-facteur/totp/activate/").url.startswith(
        "/compte/reauthenticate/"
    )
    client.post("/compte/reauthenticate/", {"password": MOT_DE_PASSE})
    page = client.get("/compte/second-facteur/totp/activate/").content.decode()
    assert 'src="data:image/svg+xml' in page
    secret = re.search(r'class="secret">(\w+)<', page)[1]
    assert (
        client.post(
            "/compte/second-facteur/totp/activate/", {"code": code_totp(secret)}
        ).status_code
        == 302
    )
    assert Authenticator.objects.filter(type="totp").count() == 1
