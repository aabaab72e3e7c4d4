"""Write to the service: to the address that it published, and to no other."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from post_office.models import Email

from tests.fabriques import creer_association, creer_membre, poser_service

pytestmark = pytest.mark.django_db
CHEMIN = "/contact/ecrire/"
ADRESSE = "service@cua.example"


def saisie(**champs) -> dict:
    return {
        "nom": "Ada Essai",
        "email": "ada@example.org",
        "texte": "Bonjour, où déposer ?",
        "page": "/appel/",
        "cle": str(uuid4()),
        **champs,
    }


@pytest.fixture
def ouvert(horloge_figee):
    return poser_service(email=ADRESSE)


def test_le_message_part_au_service_et_a_lui_seul(connecter, ouvert):
    client = connecter()
    assert client.get(f"{CHEMIN}?page=/appel/").context["form"]["page"].value() == "/appel/"
    donnees = saisie()
    reponses = [client.post(CHEMIN, donnees, follow=True) for _ in range(2)]
    courriel = Email.objects.get()
    assert (courriel.to, reponses[0].status_code) == ([ADRESSE], 200)
    for mots in ("ada@example.org", "où déposer", "/appel/", "n’ont pas été vérifiés"):
        assert mots in courriel.message
    client.post(CHEMIN, donnees | {"texte": "Et combien de temps ?"})  # back, another question
    assert Email.objects.count() == 2
    page = reponses[0].content.decode()
    assert "La réponse viendra à ada@example.org" in page.replace("\n", " ")


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [({"email": "x"}, "adresse"), ({"texte": ""}, "obligatoire"), ({"nom": ""}, "obligatoire")],
)
def test_une_saisie_fautive_reste_dans_la_page(connecter, ouvert, champs, phrase):
    reponse = connecter().post(CHEMIN, saisie(**champs))
    page = reponse.content.decode()
    assert (reponse.status_code, phrase in page, Email.objects.count()) == (422, True, 0)
    assert champs.get("texte", "où déposer") in page


def test_sans_adresse_la_page_dit_que_faire(connecter, horloge_figee):
    client = connecter()
    page = client.get(CHEMIN).content.decode()
    assert ("n’a pas encore publié d’adresse" in page, "<textarea" in page) == (True, False)
    assert "que faire en attendant" in client.get("/contact/").content.decode()
    client.post(CHEMIN, saisie())
    assert Email.objects.count() == 0


def test_trop_de_messages_de_la_meme_adresse_sont_refuses(connecter, ouvert, settings):
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"ecrire_au_service": "50/h/ip,3/h/key"}
    client = connecter()
    ici = {"Sec-Fetch-Site": "same-origin"}
    reponses = [client.post(CHEMIN, saisie(), headers=ici) for _ in range(4)]
    statuts = [reponse.status_code for reponse in reponses]
    assert (statuts, Email.objects.count()) == ([302, 302, 302, 429], 3)
    assert f"texte\n{saisie()['texte']}" in reponses[-1].context["a_copier"]
    assert client.post(CHEMIN, saisie(email="autre@example.org")).status_code == 302


def test_une_personne_connectee_n_ecrit_pas_deux_fois_son_nom(connecter, ouvert):
    personne = creer_membre(creer_association())
    form = connecter(personne).get(CHEMIN).context["form"]
    assert form["email"].value() == personne.email
