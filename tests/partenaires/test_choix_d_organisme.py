"""An organisation is chosen in a short list, and found by its name or number in a long one."""

from html import unescape

import pytest
from django.urls import reverse

from appels.models import Derogation
from partenaires.models import Genre, Partenaire
from partenaires.organismes.forms import choix
from quartiers.francais import recherchable
from tests.fabriques import PENDANT, creer_agent, creer_appel, creer_association

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(horloge_figee, connecter):
    return connecter(creer_agent()), reverse("appels:derogations", args=[creer_appel().pk])


@pytest.fixture
def beaucoup(page):
    """More organisations than a list shows."""
    noms = [f"Organisme fictif {rang:03d}" for rang in range(choix.LISTE_MAX + 1)]
    return Partenaire.objects.bulk_create(
        Partenaire(
            genre=Genre.ASSOCIATION,
            nom=nom,
            est_fictif=True,
            cree_le=PENDANT,
            recherche=recherchable(nom),
        )
        for nom in noms
    )


def demande(**champs) -> dict:
    return {"jour": "30/03/2027", "heure": "12:00", "motif": "Panne de réseau", **champs}


def test_une_courte_liste_se_choisit(page):
    client, adresse = page
    porteur = creer_association()
    formulaire = client.get(adresse).context["form"]
    assert "cherche" not in formulaire.fields
    assert client.post(adresse, demande(porteur=porteur.pk)).status_code == 302
    assert Derogation.objects.get().porteur == porteur


def test_une_longue_liste_ne_s_ecrit_pas_dans_la_page(page, beaucoup):
    client, adresse = page
    reponse = client.get(adresse)
    assert reponse.content.decode().count("<option") == 0
    assert "Organisme fictif 001" not in reponse.content.decode()


def test_un_seul_organisme_repond_il_est_choisi(page, beaucoup):
    client, adresse = page
    assert client.post(adresse, demande(cherche="fictif 042")).status_code == 302
    assert Derogation.objects.get().porteur == beaucoup[42]


def test_quelques_uns_repondent_on_choisit_parmi_eux(page, beaucoup):
    client, adresse = page
    reponse = client.post(adresse, demande(cherche="fictif 04"))
    assert reponse.status_code == 422
    assert "11\u00a0organismes répondent : choisissez le bon ci-dessous." in unescape(
        reponse.content.decode()
    )
    contenu = reponse.content.decode()
    assert contenu.count('type="radio"') == 11
    assert 'value="fictif 04"' in contenu
    assert "Panne de réseau" in contenu
    choisi = demande(cherche="fictif 04", porteur=beaucoup[47].pk)
    assert client.post(adresse, choisi).status_code == 302
    assert Derogation.objects.get().porteur == beaucoup[47]


@pytest.mark.parametrize(
    ("cherche", "phrase"),
    [
        ("inconnu", "Aucun organisme ne répond à ces mots"),
        ("organisme", "Plus de 12 organismes répondent : précisez"),
        ("", "Ce champ est obligatoire."),
    ],
)
def test_ce_qui_ne_trouve_pas_le_dit_et_garde_ce_qui_est_tape(page, beaucoup, cherche, phrase):
    client, adresse = page
    reponse = client.post(adresse, demande(cherche=cherche, porteur=beaucoup[1].pk))
    assert reponse.status_code == 422
    assert phrase in unescape(reponse.content.decode()) or not cherche
    assert reponse.context["form"].errors["cherche"]
    assert Derogation.objects.count() == 0
