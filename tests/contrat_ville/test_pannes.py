"""A part is missing: a page in French with its headers, its JSON for a script, nothing raw."""

import errno
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from appels.models import Message
from appels.socle import pannes
from contrat_ville.services import port_libre
from tests.epreuves import documents
from tests.fabriques import creer_appel, creer_dossier_complet, deposer

ENTETES = {
    "Cache-Control": "no-store, private",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Retry-After": "30",
}
SESSION = "a" * 32


def visiteur(**cookies: str) -> Client:
    """A browser that reads what is answered, as a server would send it."""
    client = Client(raise_request_exception=False)
    for nom, valeur in cookies.items():
        client.cookies[nom] = valeur
    return client


@pytest.fixture
def base_absente(base_a_plusieurs, monkeypatch):
    """Call it: nothing listens any more where the database was."""

    def couper():
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connection.settings_dict, "PORT", str(port_libre()))

    yield couper
    monkeypatch.undo()
    connection.close()


@pytest.mark.postgresql
def test_sans_base_une_page_en_francais_et_le_reste_de_memoire(base_absente):
    gardee = visiteur().get("/quartiers/")
    base_absente()

    page = visiteur().get("/aide/")
    assert (page.status_code, pannes.PHRASE_BASE in page.content.decode()) == (503, True)
    assert {nom: page.headers.get(nom) for nom in ENTETES} == ENTETES
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]

    de_memoire = visiteur().get("/quartiers/")
    assert (de_memoire.status_code, de_memoire.content) == (200, gardee.content)
    # Whoever signed in is never shown the page of everybody.
    assert visiteur(sessionid=SESSION).get("/quartiers/").status_code == 503

    for adresse in ("/espace/", "/dossiers/1/", "/compte/login/", "/adresse-inconnue/"):
        reponse = visiteur(sessionid=SESSION).get(adresse)
        assert (adresse, reponse.status_code) == (adresse, 503)
    assert visiteur().get("/sante/vivant").status_code == 200


@pytest.mark.postgresql
def test_sans_base_un_script_lit_du_json_et_le_texte_revient(base_absente):
    depose = deposer(creer_dossier_complet(creer_appel()))
    client = visiteur()
    client.force_login(
        depose.depose_par, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    adresse = f"/dossiers/{depose.pk}/echanges/"
    feuille = client.get(adresse).context["request"].feuille
    base_absente()

    en_json = client.post(adresse, {"texte": "x"}, headers={"accept": "application/json"})
    dit = {nom: phrase.replace("\u00a0", " ") for nom, phrase in en_json.json().items()}
    assert (en_json.status_code, dit) == (503, {"phrase": pannes.PHRASE_BASE})

    envoi = {"texte": "Une phrase longue à retrouver.", "feuille": feuille, "cle": str(uuid4())}
    page = client.post(adresse, envoi)
    assert (page.status_code, "Une phrase longue à retrouver." in page.content.decode()) == (
        503,
        True,
    )
    # Without our mark, nothing that somebody else would have made it send is shown.
    envoi["feuille"] = "forgée"
    assert "Une phrase longue" not in client.post(adresse, envoi).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("cookie", ["a\0b" * 12, "é" * 40, "../" * 20, "A" * 32, "", "x"])
def test_une_session_illisible_est_une_absence_de_session(cookie):
    client = visiteur(sessionid=cookie, csrftoken=cookie, navigateur=cookie)
    assert client.get("/espace/").status_code == 302
    assert client.get("/").status_code == 200


@pytest.mark.django_db
def test_sans_place_sur_le_disque_rien_n_est_garde_et_tout_est_dit(monkeypatch, horloge_figee):
    depose = deposer(creer_dossier_complet(creer_appel()))
    client = visiteur()
    client.force_login(
        depose.depose_par, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    adresse = f"/dossiers/{depose.pk}/echanges/"
    feuille = client.get(adresse).context["request"].feuille

    def plein(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", plein)
    envoi = {
        "texte": "Une phrase longue à retrouver.",
        "cle": str(uuid4()),
        "feuille": feuille,
        "fichier_1": SimpleUploadedFile("a.pdf", documents.pdf()),
    }
    page = client.post(adresse, envoi)
    texte = page.content.decode()
    assert (page.status_code, Message.objects.count()) == (422, 0)
    assert texte.count("Le fichier n’a pas pu être enregistré : réessayez") == 1
    assert texte.count("Une phrase longue à retrouver.</textarea>") == 1


@pytest.mark.parametrize(
    ("erreur", "phrase"),
    [
        (OSError(errno.ENOSPC, "plein"), pannes.PHRASE_PLACE),
        (OSError(errno.EACCES, "fermé"), ""),
        (InterfaceError("coupée"), pannes.PHRASE_BASE),
        (OperationalError("too many clients already"), pannes.PHRASE_BASE),
        (InvalidToken(), pannes.PHRASE_CLE),
        (RuntimeError("essai"), ""),
        (None, ""),
    ],
)
def test_ce_qui_manque_a_sa_phrase_et_une_faute_n_en_a_pas(erreur, phrase):
    assert pannes.phrase_de(erreur) == phrase


@pytest.mark.django_db
def test_une_autre_cle_ne_se_dit_pas_en_anglais(settings, horloge_figee):
    dossier = creer_dossier_complet(creer_appel())
    client = visiteur()
    client.force_login(
        dossier.cree_par, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    settings.CLES_CHIFFREMENT = [Fernet.generate_key().decode()]
    page = client.post(f"/dossiers/{dossier.pk}/rib/", {"devoiler": "1"})
    assert (page.status_code, pannes.PHRASE_CLE in page.content.decode()) == (503, True)


@pytest.mark.django_db
def test_une_faute_de_notre_part_reste_une_500_sans_rien_demander(monkeypatch):
    def faute(*_):
        raise RuntimeError("essai")

    monkeypatch.setattr("appels.socle.chaque_page._maison", faute)
    page = visiteur().get("/contact/")
    assert (page.status_code, "Ce n’est pas de votre fait." in page.content.decode()) == (500, True)
