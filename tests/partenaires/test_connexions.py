"""The door of accounts: tries that are counted and never forgotten, sessions that end, what is
sensitive asked again, passwords that nobody guesses.
"""

import os
import re
import subprocess
import sys
import threading
import time
from datetime import timedelta
from html import unescape
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import Fernet
from django.conf import settings as settings_django
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from contrat_ville import acces
from partenaires.comptes import second_facteur, sessions
from partenaires.comptes.adaptateur import DITS
from partenaires.models import Connexion, DernierCode, Role, SessionOuverte, Utilisateur
from partenaires.socle import entree
from partenaires.socle.limites import Limites
from partenaires.socle.mots_de_passe import PasDevinable
from quartiers.models import Parution, Trace
from tests.fabriques import (
    MOT_DE_PASSE,
    PENDANT,
    creer_agent,
    creer_association,
    creer_financeur,
    creer_membre,
    creer_utilisateur,
)
from tests.partenaires.test_comptes import code_totp, poser_totp

pytestmark = pytest.mark.django_db
CONNEXION = "/compte/login/"
MES_CONNEXIONS = 6  # queries, whatever the number of sessions and of lines
CODE = "/compte/second-facteur/authenticate/"
OUBLI = "/compte/password/reset/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
LIMITES = {
    "essai_connexion": "100/m/ip,5/5m/key",
    "essai_code": "100/m/ip,5/5m/key",
    "essai_oubli": "100/m/ip,5/10m/key",
    "essai_navigateur_connu": "10/5m/key",
    "login": None,
    "login_failed": None,
    "reset_password": None,
}


@pytest.fixture
def limites(settings):
    """The limits of production; those by address wide, every test comes from the same one."""
    settings.ACCOUNT_RATE_LIMITS = LIMITES


@pytest.fixture
def titulaire(horloge_figee) -> Utilisateur:
    return creer_utilisateur("titulaire@example.org")


def se_connecter(client: Client, personne: Utilisateur, mot_de_passe: str = MOT_DE_PASSE):
    return client.post(CONNEXION, {"login": personne.email, "password": mot_de_passe})


def attaquer(personne: Utilisateur, fois: int = 6) -> None:
    """From a browser that the account does not know."""
    for rang in range(fois):
        se_connecter(Client(), personne, f"un mot de passe faux {rang}")


def est_connecte(client: Client) -> bool:
    return client.get("/session/").json()["qui"] is not None


# --- Tries ----------------------------------------------------------------------------------------
def test_deux_mille_autres_essais_ne_levent_pas_un_verrou(limites, titulaire):
    """K5: 180 requests emptied a table of 300 rows, and the lock with it."""
    attaquer(titulaire)
    assert se_connecter(Client(), titulaire).status_code == 200
    for rang in range(2000):
        cache.set(f"allauth:rl:reset_password:{rang}", [time.time()], 300)
    assert se_connecter(Client(), titulaire).status_code == 200
    with connection.cursor() as curseur:
        curseur.execute("SELECT COUNT(*) FROM limites")
        assert curseur.fetchone()[0] > 2000


def test_seul_le_temps_vide_la_table(horloge_figee):
    cache.set("essai", [1], 300)
    cache.set("vieil-essai", [1], -10)
    sessions.oublier(PENDANT)
    assert cache.get("essai") == [1]
    with connection.cursor() as curseur:
        curseur.execute("UPDATE limites SET expires = '2020-01-01 00:00:00'")
    sessions.oublier(PENDANT)
    with connection.cursor() as curseur:
        curseur.execute("SELECT COUNT(*) FROM limites")
        assert curseur.fetchone()[0] == 0


def test_le_navigateur_connu_passe_pendant_que_les_autres_sont_arretes(limites, titulaire):
    connu = Client()
    assert se_connecter(connu, titulaire).status_code == 302
    connu.post("/compte/logout/")
    attaquer(titulaire)
    inconnu = se_connecter(Client(), titulaire)
    assert (inconnu.status_code, "Trop" in inconnu.content.decode()) == (200, True)
    assert se_connecter(connu, titulaire).status_code == 302


def test_un_navigateur_connu_d_un_autre_compte_ne_passe_pas(limites, titulaire):
    complice = creer_utilisateur("complice@example.org")
    client = Client()
    se_connecter(client, complice)
    client.post("/compte/logout/")
    attaquer(titulaire)
    assert se_connecter(client, titulaire).status_code == 200


def test_un_navigateur_connu_n_essaie_pas_sans_fin(limites, titulaire):
    connu = Client()
    se_connecter(connu, titulaire)
    connu.post("/compte/logout/")
    for rang in range(10):
        se_connecter(connu, titulaire, f"un mot de passe faux {rang}")
    assert se_connecter(connu, titulaire).status_code == 200


def test_un_mot_de_passe_change_fait_oublier_les_navigateurs(limites, titulaire):
    vole = Client()
    se_connecter(vole, titulaire)
    vole.post("/compte/logout/")
    titulaire.set_password("une autre phrase assez longue")
    titulaire.save()
    attaquer(titulaire)
    assert se_connecter(vole, titulaire, "une autre phrase assez longue").status_code == 200


@pytest.mark.parametrize("faux", ["", "x", "a.b:c:d", "eyJuIjoxfQ:1abcde:signature"])
def test_un_cookie_fabrique_ne_dit_rien(limites, titulaire, settings, faux):
    attaquer(titulaire)
    client = Client()
    client.cookies[settings.NAVIGATEUR_COOKIE_NAME] = faux
    assert se_connecter(client, titulaire).status_code == 200


def test_le_cookie_est_garde_pour_le_serveur(titulaire, settings):
    cookie = se_connecter(Client(), titulaire).cookies[settings.NAVIGATEUR_COOKIE_NAME]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    assert cookie["max-age"] == 395 * 86400


def test_l_oubli_est_limite_sans_empecher_le_titulaire(limites, titulaire):
    connu = Client()
    se_connecter(connu, titulaire)
    connu.post("/compte/logout/")
    reponses = [Client().post(OUBLI, {"email": titulaire.email}).status_code for _ in range(6)]
    assert reponses == [302] * 5 + [200]
    assert connu.post(OUBLI, {"email": titulaire.email}).status_code == 302
    sans_compte = [Client().post(OUBLI, {"email": "x@example.org"}).status_code for _ in range(6)]
    assert sans_compte == reponses


def test_le_second_facteur_est_limite_sans_empecher_le_titulaire(limites, titulaire):
    secret = poser_totp(titulaire)
    connu = Client()
    se_connecter(connu, titulaire)
    assert connu.post(CODE, {"code": code_totp(secret)}).status_code == 302
    connu.post("/compte/logout/")
    pirate = Client()
    se_connecter(pirate, titulaire)
    for rang in range(5):
        pirate.post(CODE, {"code": f"00000{rang}"})
    assert "Trop d’essais" in pirate.post(CODE, {"code": "000009"}).content.decode()
    DernierCode.objects.update(pas=0)  # the next half-minute
    se_connecter(connu, titulaire)
    connu.post(CODE, {"code": code_totp(secret)})
    assert est_connecte(connu)


@pytest.mark.parametrize("transmise", [None, "", "inconnu", "203.0.113.9"])
def test_sans_adresse_du_visiteur_la_connexion_s_arrete(limites, titulaire, settings, transmise):
    """Two proxies in front, one address or none in the header: nobody is counted for another."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    entetes = {} if transmise is None else {"X-Forwarded-For": transmise}
    for chemin in (CONNEXION, OUBLI):
        champs = {"login": titulaire.email, "password": MOT_DE_PASSE, "email": titulaire.email}
        reponse = Client().post(chemin, champs, headers=entetes)
        page = reponse.content.decode()
        assert (reponse.status_code, "d’où vient cette demande" in page) == (403, True)
    entetes = {"X-Forwarded-For": "203.0.113.9, 10.0.0.1"}
    champs = {"login": titulaire.email, "password": MOT_DE_PASSE}
    assert Client().post(CONNEXION, champs, headers=entetes).status_code == 302


# --- Codes ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("ecart", "passe"), [(-2, False), (-1, True), (0, True), (1, True)])
def test_une_horloge_decalee_d_une_demi_minute_passe(titulaire, ecart, passe):
    secret = poser_totp(titulaire)
    pas = int(time.time()) // 30 + ecart
    client = Client()
    se_connecter(client, titulaire)
    code = totp.format_hotp_value(totp.hotp_value(secret, pas))
    assert (client.post(CODE, {"code": code}).status_code == 302) is passe


def test_un_code_employe_ne_passe_plus_meme_cache_vide(titulaire, monkeypatch):
    """allauth forgets in 30 seconds a code that the tolerance lets in for 90."""
    secret = poser_totp(titulaire)
    debut = int(time.time()) // 30 * 30
    monkeypatch.setattr(totp.time, "time", lambda: debut)
    code = code_totp(secret)
    premier = Client()
    se_connecter(premier, titulaire)
    assert premier.post(CODE, {"code": code}).status_code == 302
    monkeypatch.setattr(totp.time, "time", lambda: debut + 31)
    cache.clear()
    second = Client()
    se_connecter(second, titulaire)
    reponse = second.post(CODE, {"code": code})
    assert (reponse.status_code, "a déjà servi" in reponse.content.decode()) == (200, True)
    assert not est_connecte(second)


def test_un_code_plus_ancien_que_le_dernier_ne_passe_pas(titulaire):
    secret = poser_totp(titulaire)
    pas = int(time.time()) // 30
    second_facteur.employer(titulaire, secret, pas)
    with pytest.raises(ValidationError):
        second_facteur.employer(titulaire, secret, pas - 1)
    second_facteur.employer(titulaire, secret, pas + 1)


def test_le_code_de_l_activation_n_ouvre_pas_la_porte(titulaire):
    client = Client()
    se_connecter(client, titulaire)
    client.post("/compte/reauthenticate/", {"password": MOT_DE_PASSE})
    page = client.get("/compte/second-facteur/totp/activate/").content.decode()
    code = code_totp(re.search(r'class="secret">(\w+)<', page)[1])
    client.post("/compte/second-facteur/totp/activate/", {"code": code})
    assert Authenticator.objects.filter(type="totp").count() == 1
    autre = Client()
    se_connecter(autre, titulaire)
    assert autre.post(CODE, {"code": code}).status_code == 200


@pytest.mark.skipif(connection.vendor != "postgresql", reason="two writers at once")
def test_deux_personnes_avec_le_meme_code_une_seule_entre(base_a_plusieurs):
    titulaire = creer_utilisateur("titulaire@example.org")
    secret = poser_totp(titulaire)
    pas = int(time.time()) // 30
    DernierCode.employer(titulaire, second_facteur.empreinte(secret), pas - 1)
    depart = threading.Barrier(4)
    admis = []

    def essayer():
        depart.wait()
        admis.append(DernierCode.employer(titulaire, second_facteur.empreinte(secret), pas))
        connection.close()

    fils = [threading.Thread(target=essayer) for _ in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(admis) == [False, False, False, True]


# --- Sessions -------------------------------------------------------------------------------------
@pytest.fixture
def inactivite(settings):
    settings.INACTIVITE_SERVICE = 60
    settings.INACTIVITE_PORTEURS = 240


@pytest.mark.parametrize(
    ("fabrique", "minutes"),
    [
        (creer_agent, 60),
        (creer_financeur, 60),
        (lambda: creer_membre(creer_association()), 240),
    ],
)
def test_une_session_sans_acte_se_ferme_et_le_dit(
    connecter, horloge_figee, inactivite, fabrique, minutes
):
    personne = fabrique()
    client = connecter(personne)
    horloge_figee(PENDANT + timedelta(minutes=minutes))
    assert client.get("/mon-compte/").status_code == 200
    horloge_figee(PENDANT + timedelta(minutes=2 * minutes, seconds=1))
    reponse = client.get("/mon-compte/")
    assert (reponse.status_code, reponse.url) == (302, "/compte/login/?next=/mon-compte/")
    page = client.get(reponse.url).content.decode()
    assert "votre session est fermée, par prudence" in page
    assert Connexion.objects.get().evenement == "inactivite"
    assert list(personne.sessions_ouvertes.all()) == []


def test_une_page_laissee_ouverte_ne_retient_pas_la_session(connecter, horloge_figee, inactivite):
    client = connecter(creer_agent())
    for minute in range(10, 61, 10):
        horloge_figee(PENDANT + timedelta(minutes=minute))
        assert est_connecte(client)
    horloge_figee(PENDANT + timedelta(minutes=61))
    assert not est_connecte(client)


def test_chaque_acte_de_la_personne_la_retient(connecter, horloge_figee, inactivite):
    client = connecter(creer_agent())
    for minute in range(50, 301, 50):
        horloge_figee(PENDANT + timedelta(minutes=minute))
        assert client.get("/mon-compte/").status_code == 200


def test_un_envoi_apres_la_fermeture_ne_change_rien(connecter, horloge_figee, inactivite):
    agent = creer_agent()
    client = connecter(agent)
    horloge_figee(PENDANT + timedelta(minutes=61))
    reponse = client.post("/mon-compte/", {"prenom": "Pirate", "nom": "P", "cadence": "immediate"})
    agent.refresh_from_db()
    assert (reponse.status_code, agent.prenom == "Pirate") == (302, False)


def ouvrir(personne: Utilisateur, agent: str) -> Client:
    client = Client(headers={"User-Agent": agent})
    se_connecter(client, personne)
    return client


def test_mes_connexions_nomme_les_navigateurs_et_ferme_le_mien(titulaire):
    ici, autre, tiers = (ouvrir(titulaire, agent) for agent in (FIREFOX, SAFARI, ""))
    page = ici.get("/mon-compte/connexions/").content.decode()
    nommes = re.findall(r"<b>([^<]+)</b>", page.split("<main")[1])
    assert nommes[0] == "Firefox sur Windows"
    assert sorted(nommes[1:]) == ["Navigateur inconnu", "Safari sur iPhone"]
    cle = autre.session.session_key
    assert cle not in page
    repere = SessionOuverte.objects.get(pk=cle).repere
    reponse = ici.post("/mon-compte/connexions/fermer/", {"session": repere}, follow=True)
    assert "1 session fermée" in reponse.content.decode().replace("\xa0", " ")
    assert [est_connecte(client) for client in (ici, autre, tiers)] == [True, False, True]
    reponse = autre.get("/mon-compte/")
    assert "Votre session est terminée" in autre.get(reponse.url).content.decode()
    ici.post("/mon-compte/connexions/fermer/")
    assert [est_connecte(client) for client in (ici, tiers)] == [True, False]


def test_personne_ne_ferme_la_session_d_un_autre(titulaire):
    victime = ouvrir(titulaire, FIREFOX)
    repere = SessionOuverte.objects.get(utilisateur=titulaire).repere
    pirate = ouvrir(creer_utilisateur("pirate@example.org"), FIREFOX)
    pirate.post("/mon-compte/connexions/fermer/", {"session": repere})
    pirate.post("/mon-compte/connexions/fermer/", {"session": ""})
    assert est_connecte(victime)
    assert "titulaire" not in pirate.get("/mon-compte/connexions/").content.decode()


def test_un_nouveau_mot_de_passe_ferme_les_autres_sessions(titulaire):
    ici, autre = ouvrir(titulaire, FIREFOX), ouvrir(titulaire, SAFARI)
    nouveau = "trois pommes dans un panier"
    champs = {"oldpassword": MOT_DE_PASSE, "password1": nouveau, "password2": nouveau}
    assert ici.post("/compte/password/change/", champs).status_code == 302
    assert [est_connecte(client) for client in (ici, autre)] == [True, False]
    assert [une.appareil for une in titulaire.sessions_ouvertes.all()] == ["Firefox sur Windows"]


FERMENT = {  # what shuts a session that stands in the table
    "compte fermé": {"is_active": False},
    "mot de passe changé ailleurs": {"password": "autre"},
}


@pytest.mark.parametrize("champs", FERMENT.values(), ids=FERMENT)
def test_la_personne_lue_avec_la_session_est_celle_que_django_reconnait(titulaire, champs):
    """Read in one query with her session, she is refused for all that Django refuses."""
    client = ouvrir(titulaire, FIREFOX)
    assert est_connecte(client)
    Utilisateur.objects.filter(pk=titulaire.pk).update(**champs)
    assert not est_connecte(client)


def test_une_cle_remplacee_garde_les_sessions_un_chemin_retire_les_ferme(titulaire, settings):
    client = ouvrir(titulaire, FIREFOX)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "une autre clé " + "y" * 50
    assert est_connecte(client)
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    assert not est_connecte(client)


def test_la_session_et_sa_personne_en_une_requete(titulaire, django_assert_num_queries):
    client = ouvrir(titulaire, FIREFOX)
    est_connecte(client)
    with django_assert_num_queries(2):  # and what she is a member of: when her session would end
        est_connecte(client)


def test_la_porte_tient_son_journal(titulaire):
    """Success, failure, reset, sign-out; and never the address that was typed in clear."""
    client = ouvrir(titulaire, FIREFOX)
    client.post("/compte/logout/")
    se_connecter(client, titulaire, "un mot de passe faux")
    client.post(CONNEXION, {"login": "personne@example.org", "password": "un autre faux"})
    client.post(OUBLI, {"email": titulaire.email})
    lignes = Connexion.objects.order_by("pk")
    assert [(ligne.utilisateur, ligne.evenement) for ligne in lignes] == [
        (titulaire, "ouverte"),
        (titulaire, "deconnexion"),
        (titulaire, "refusee"),
        (None, "refusee"),
        (titulaire, "oubli"),
    ]
    assert {ligne.appareil for ligne in lignes} == {"Firefox sur Windows"}
    assert re.fullmatch(r"[0-9a-f]{64}", lignes[3].adresse)
    assert [ligne.adresse for ligne in lignes if ligne.utilisateur] == [""] * 4


def test_la_responsable_lit_toutes_les_connexions_et_en_cherche(connecter, titulaire):
    ouvrir(titulaire, FIREFOX)
    Client().post(CONNEXION, {"login": "personne@example.org", "password": "un autre faux"})
    client = connecter(creer_agent(Role.RESPONSABLE))
    page = client.get("/instruction/connexions/").content.decode()
    assert [mot in page for mot in (str(titulaire), "Adresse sans compte")] == [True, True]
    page = client.get("/instruction/connexions/?adresse=personne@example.org").content.decode()
    assert [mot in page for mot in (str(titulaire), "Adresse sans compte")] == [False, True]
    page = client.get(f"/instruction/connexions/?adresse={titulaire.email}").content.decode()
    assert "Adresse sans compte" not in page


def test_les_lignes_trop_vieilles_s_effacent(titulaire, settings):
    ouvrir(titulaire, FIREFOX)
    garder = timedelta(days=settings.CONNEXIONS_CONSERVEES)
    sessions.oublier(PENDANT + garder)
    assert Connexion.objects.count() == 1
    sessions.oublier(PENDANT + garder + timedelta(seconds=1))
    assert Connexion.objects.count() == 0


# --- Confirmation ---------------------------------------------------------------------------------
SENSIBLES = {
    "partenaires:publier",
    "partenaires:publier_consultation",
    "partenaires:publier_le_bilan",
    "appels:coordonnees",
    "appels:rib",
    "appels:mes_donnees",
    "appels:exports",
    "appels:export",
    "appels:lots",
    "appels:matrice_xlsx",
    "appels:lectures_csv",
    "appels:lettres",
    "appels:publier_decisions",
    "appels:liberer_reprise",
    "appels:appel_modifier",
    "appels:appel_nouveau",
    "appels:journal",
    "appels:journal_fichier",
    "appels:journal_de_l_appel",
}


@pytest.fixture
def confirmation(settings):
    settings.CONFIRMATION_EXIGEE = True
    settings.CONFIRMATION_DELAI = 15


def test_les_portes_sensibles_sont_celles_ci():
    assert {nom for nom, porte in acces.table().items() if porte.confirme} == SENSIBLES


def test_un_lien_sensible_demande_puis_ramene(connecter, confirmation, titulaire):
    client = connecter(titulaire)
    page = client.get("/mes-donnees.json?a=1").content.decode()
    assert "<h1>Confirmez que c’est vous</h1>" in page
    champs = {"confirmation-lire": "1", "confirmation-mot_de_passe": "un mot de passe faux"}
    faux = client.post("/mes-donnees.json?a=1", champs)
    assert (faux.status_code, "pas votre mot de passe" in faux.content.decode()) == (422, True)
    champs["confirmation-mot_de_passe"] = MOT_DE_PASSE
    reponse = client.post("/mes-donnees.json?a=1", champs)
    assert (reponse.status_code, reponse.url) == (302, "/mes-donnees.json?a=1")
    assert client.get("/mes-donnees.json").headers["Content-Type"] == "application/json"


def test_une_connexion_recente_suffit_puis_expire(horloge_figee, confirmation, titulaire):
    client = Client()
    se_connecter(client, titulaire)
    horloge_figee(PENDANT + timedelta(minutes=14, seconds=59))
    assert client.get("/mes-donnees.json").headers["Content-Type"] == "application/json"
    horloge_figee(PENDANT + timedelta(minutes=15))
    assert "Confirmez que c’est vous" in client.get("/mes-donnees.json").content.decode()


def test_ce_qui_etait_tape_part_avec_le_mot_de_passe(confirmation, connecter, rf):
    """Two values of one name, quotes, accents: what the act receives is what was typed."""
    recu = []

    def vue(request):
        recu.append(dict(request.POST.lists()))

    titulaire = creer_utilisateur()
    porte = entree.connecte.sensible.geste(vue)
    tape = {"titre": 'L’« été » "et" <b>', "lignes": ["1", "2"]}
    requete = demande(rf, titulaire, tape)
    page = porte(requete).content.decode()
    assert recu == []
    caches = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    renvoi: dict[str, list[str]] = {}
    for nom, valeur in caches:
        if nom in ("csrfmiddlewaretoken", "feuille"):  # of this page, and of the way out
            continue
        renvoi.setdefault(nom, []).append(unescape(valeur))
    assert renvoi == {"titre": [tape["titre"]], "lignes": ["1", "2"]}
    porte(demande(rf, titulaire, {**renvoi, "confirmation-mot_de_passe": MOT_DE_PASSE}))
    assert [{nom: un[nom] for nom in renvoi} for un in recu] == [renvoi]


def demande(rf, personne: Utilisateur, champs: dict):
    """A POST as the middleware prepares it."""
    from allauth.core import context

    from partenaires.models.session import SessionStore

    requete = rf.post("/un-acte/", champs)
    requete.user = personne
    requete.session = SessionStore()
    requete.recu_le = PENDANT
    requete.parution = Parution.actuelle()
    context._request_var.set(requete)
    return requete


def test_la_confirmation_compte_ses_essais(confirmation, limites, connecter, titulaire):
    client = connecter(titulaire)
    champs = {"confirmation-lire": "1", "confirmation-mot_de_passe": "un mot de passe faux"}
    for _ in range(10):
        client.post("/mes-donnees.json", champs)
    champs["confirmation-mot_de_passe"] = MOT_DE_PASSE
    reponse = client.post("/mes-donnees.json", champs)
    assert (reponse.status_code, "Trop" in reponse.content.decode()) == (422, True)


def test_qui_ne_passe_pas_la_porte_n_est_pas_invite_a_confirmer(confirmation, connecter, titulaire):
    assert connecter(titulaire).get("/instruction/appels/1/journal.csv").status_code == 403


def test_une_adresse_ne_s_ajoute_pas_par_une_session_ouverte(connecter, titulaire):
    """K9: add an address, make it the first one, and the account was somebody else's."""
    client = connecter(titulaire)
    ajout = {"action_add": "", "email": "pirate@example.org"}
    reponse = client.post("/compte/email/", ajout)
    assert reponse.url == "/compte/reauthenticate/?next=%2Fcompte%2Femail%2F"
    assert titulaire.emailaddress_set.count() == 1
    champs = {"password": MOT_DE_PASSE, "next": "/compte/email/"}
    client.post("/compte/reauthenticate/", champs)
    assert titulaire.emailaddress_set.count() == 2


@pytest.mark.parametrize("nombre", [1, 12])
def test_mes_connexions_coutent_un_nombre_fixe_de_requetes(
    connecter, titulaire, nombre, django_assert_num_queries
):
    client = connecter(titulaire)
    for _ in range(nombre):
        connecter(titulaire)
        Connexion.objects.create(utilisateur=titulaire, evenement="ouverte", le=PENDANT)
    client.get("/mon-compte/connexions/")
    with django_assert_num_queries(MES_CONNEXIONS):
        client.get("/mon-compte/connexions/")


# --- Passwords ------------------------------------------------------------------------------------
JEANNE = Utilisateur(prenom="Jeanne", nom="Éloÿ", email="j.durand@example.org")


@pytest.mark.parametrize(
    "mot_de_passe",
    [
        "aaaaaaaaaaaa",
        "123456789012",
        "motdepasse123",
        "M0tDeP@sse2026",
        "azertyuiop123",
        "qsdfghjklmwxcvbn",
        "bonjourbonjour",
        "abcabcabcabc",
        "Cœur de Quartier",
        "coeurdequartier2026!",
        "Contrat de ville 2026",
        "Arras62000Arras",
        "jeanneeloy1975",
        "Éloÿ-Durand-Arras",
        "x" * 3000,
    ],
)
def test_un_mot_de_passe_que_l_on_devine_est_refuse(mot_de_passe):
    with pytest.raises(ValidationError) as erreur:
        PasDevinable().validate(mot_de_passe, JEANNE)
    assert re.match(r"Ce mot de passe .+\.$", erreur.value.messages[0])


@pytest.mark.parametrize(
    "mot_de_passe",
    [
        "une phrase toute simple",
        "les pinsons chantent tôt",
        "cheval pile agrafe correct",
        "le marché du samedi matin",
        "7$k9!Qz2&w4#",
        "kT9vXq2mLw8pZr4",
        "la cathédrale sous la pluie " * 40,
    ],
)
def test_une_phrase_ou_un_tirage_est_accepte(mot_de_passe):
    PasDevinable().validate(mot_de_passe, JEANNE)


@pytest.mark.parametrize("mot_de_passe", ["aaaaaaaaaaaa", "Nora Essai 1975", "motdepasse123"])
def test_l_inscription_refuse_et_garde_ce_qui_est_tape(mot_de_passe):
    champs = {"prenom": "Nora", "nom": "Essai", "email": "n@example.org"}
    reponse = Client().post("/compte/signup/", {**champs, "password1": mot_de_passe})
    page = reponse.content.decode()
    assert (Utilisateur.objects.count(), 'value="Nora"' in page) == (0, True)
    assert "Ce mot de passe" in page


# --- What changes in an account leaves a line -----------------------------------------------------
def lignes_de(personne: Utilisateur) -> list[str]:
    return list(
        Connexion.objects.filter(utilisateur=personne)
        .exclude(evenement__in=["ouverte", "confirmee"])
        .order_by("pk")
        .values_list("evenement", flat=True)
    )


def test_ce_qui_change_dans_un_compte_laisse_une_ligne(connecter, titulaire, monkeypatch):
    """An address added, made the main one, removed; a second factor set, then removed."""
    client = connecter(titulaire)
    adresses = "/compte/email/"
    client.post("/compte/reauthenticate/", {"password": MOT_DE_PASSE, "next": adresses})
    client.post(adresses, {"action_add": "", "email": "autre@example.org"})
    autre = EmailAddress.objects.get(email="autre@example.org")
    client.post(f"/compte/confirm-email/{EmailConfirmationHMAC(autre).key}/")
    client.post(adresses, {"action_primary": "", "email": autre.email})
    client.post(adresses, {"action_remove": "", "email": titulaire.email})
    assert lignes_de(titulaire) == ["adresse_sure", "adresse", "adresse_otee"]
    traces = Trace.objects.filter(table="partenaires.Utilisateur", cle=titulaire.pk)
    assert "email" in traces.get(geste="changement").valeurs
    facteur = "/compte/second-facteur/totp"
    page = client.get(f"{facteur}/activate/").content.decode()
    code = code_totp(re.search(r'class="secret">(\w+)<', page)[1])
    monkeypatch.setattr(transaction, "on_commit", lambda fait, **options: fait())
    client.post(f"{facteur}/activate/", {"code": code})
    assert lignes_de(titulaire)[3:] == ["facteur"]
    client.post(f"{facteur}/deactivate/")
    assert lignes_de(titulaire)[4:] == ["facteur_ote"]
    assert "Second facteur retiré" in client.get("/mon-compte/connexions/").content.decode()


def test_chaque_avis_d_allauth_a_sa_ligne():
    """A new notice of allauth about an account would change it without a line."""
    envoi = re.compile(r'send_notification_mail\(\s*"((?:account|mfa)/\w+/\w+)"')
    envois = set()
    for chemin in Path(allauth.__file__).parent.rglob("*.py"):
        envois |= set(envoi.findall(chemin.read_text()))
    # Their line is written where the password is set
    mots_de_passe = {f"account/email/password_{quoi}" for quoi in ("reset", "changed", "set")}
    assert envois - mots_de_passe == set(DITS)


def test_la_table_des_essais_n_oublie_rien_pour_faire_de_la_place():
    """However full it is: what is kept elsewhere lifted the lock of somebody else."""
    essais = Limites("limites", {"OPTIONS": {"MAX_ENTRIES": 3}})
    for rang in range(20):
        essais.set(f"essai-{rang}", rang, timeout=300)
    assert [essais.get(f"essai-{rang}") for rang in range(20)] == list(range(20))


def test_un_compte_se_debloque_par_commande_et_c_est_note(limites, titulaire):
    attaquer(titulaire)
    client = Client()
    assert se_connecter(client, titulaire).status_code == 200  # kept out
    responsable = creer_agent(Role.RESPONSABLE)
    for email, par, dit in (
        ("inconnu@example.org", responsable.email, "Aucun compte ouvert"),
        (titulaire.email, creer_agent().email, "n’est pas responsable du service"),
        (titulaire.email, "inconnu@example.org", "Aucun compte ouvert"),
    ):
        with pytest.raises(CommandError, match=dit):
            call_command("debloquer_compte", email, par=par)
    assert se_connecter(client, titulaire).status_code == 200
    call_command("debloquer_compte", titulaire.email.upper(), par=responsable.email)
    assert se_connecter(client, titulaire).status_code == 302
    assert lignes_de(titulaire)[-1] == "deblocage"


def test_le_portail_ne_demarre_pas_sans_savoir_d_ou_l_on_vient(tmp_path):
    """In production, no trusted proxy would make one visitor of all: refused before the first page,
    by `check --deploy` too.
    """
    cadre = {
        **os.environ,
        "MODE": "production",
        "DONNEES": str(tmp_path),
        "DATABASE_URL": "postgres://u:m@127.0.0.1:5432/b",
        "SECRET_KEY": "x" * 60,
        "CLES_CHIFFREMENT": Fernet.generate_key().decode(),
        "URL_PUBLIQUE": "https://portail.example.org",
        "ALLOWED_HOSTS": "portail.example.org",
    }
    cadre.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # set by the tests in a browser
    commande = [sys.executable, "-m", "django", "check", "--deploy"]
    for proxys, code in (("0", 1), ("1", 0)):
        fait = subprocess.run(
            commande,
            cwd=settings_django.RACINE,
            env={
                **cadre,
                "PROXYS_DE_CONFIANCE": proxys,
                "DJANGO_SETTINGS_MODULE": "contrat_ville.settings",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert (fait.returncode, "PROXYS_DE_CONFIANCE" in fait.stderr) == (code, bool(code)), (
            fait.stderr[-500:]
        )
