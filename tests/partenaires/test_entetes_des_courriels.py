"""Each mail says that a machine wrote it and where a person may answer; the demonstration lists
them all."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from post_office.models import Email

from appels.public.actions import contact
from partenaires.models import Service
from tests.fabriques import creer_dossier_complet, creer_signataire, deposer, poser_service

pytestmark = pytest.mark.django_db

INSCRIPTION = {
    "prenom": "Nour",
    "nom": "Exemple",
    "email": "nour@example.org",
    "password1": "un-mot-de-passe-assez-long",
}


def entetes(courriel: Email) -> dict[str, str]:
    """As they leave."""
    message = courriel.email_message().message()
    noms = ("Auto-Submitted", "X-Auto-Response-Suppress", "Reply-To")
    return {nom: message[nom] for nom in noms if nom in message}


AUTOMATIQUE = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def test_chaque_courriel_se_dit_automatique_et_dit_ou_repondre(horloge_figee):
    """Those of an act, and those of the accounts."""
    service = poser_service(email="cohesion@example.org")
    dossier = deposer(creer_dossier_complet())
    Client().post("/compte/signup/", INSCRIPTION)
    Client().post("/compte/password/reset/", {"email": creer_signataire(dossier.porteur).email})
    courriels = list(Email.objects.all())
    assert len(courriels) >= 3
    attendu = {**AUTOMATIQUE, "Reply-To": service.email}
    assert [entetes(courriel) for courriel in courriels] == [attendu] * len(courriels)


def test_sans_adresse_du_service_rien_n_est_invente(horloge_figee):
    Service.objects.all().delete()
    deposer(creer_dossier_complet())
    Client().post("/compte/signup/", INSCRIPTION)
    assert {tuple(entetes(courriel).items()) for courriel in Email.objects.all()} == {
        tuple(AUTOMATIQUE.items())
    }


def test_le_service_repond_a_qui_lui_ecrit():
    contact.ecrire(
        poser_service(email="cohesion@example.org"),
        nom="Nour",
        email="nour@example.org",
        texte="Qui ?",
        page="",
        cle=uuid4(),
    )
    assert entetes(Email.objects.get())["Reply-To"] == "nour@example.org"


def test_on_s_inscrit_depuis_la_demonstration(horloge_figee, settings):
    """Sign up, then forget the password: both mails are on the page, and their links work."""
    settings.MODE = "demo"
    client = Client()
    client.post("/compte/signup/", INSCRIPTION)
    page = client.get("/demonstration/courriels/?q=nour%40example.org").content.decode()
    confirmation = re.search(r'href="http[^"]*(/compte/confirm-email/[^"/]+/)"', page)[1]
    assert client.post(confirmation).status_code == 302
    oubli = Client()
    oubli.post("/compte/password/reset/", {"email": INSCRIPTION["email"]})
    page = oubli.get("/demonstration/courriels/").content.decode()
    lien = re.search(r'href="http[^"]*(/compte/password/reset/key/[^"]+/)"', page)[1]
    assert oubli.get(lien, follow=True).status_code == 200


def test_la_demonstration_cherche_parmi_ses_courriels(horloge_figee, settings):
    settings.MODE = "demo"
    for nom in ("ada", "nour"):
        Client().post("/compte/signup/", {**INSCRIPTION, "email": f"{nom}@example.org"})
    client = Client()
    comptes = {
        cherche: client.get("/demonstration/courriels/", {"q": cherche}).context["page"].paginator
        for cherche in ("", "ada@example.org", "nour adresse", "absente")
    }
    assert {cherche: feuille.count for cherche, feuille in comptes.items()} == {
        "": 2,
        "ada@example.org": 1,
        "nour adresse": 1,
        "absente": 0,
    }
