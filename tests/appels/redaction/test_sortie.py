"""A page left open by somebody who was removed: the truth, and the text to copy."""

import pytest

from appels.models import Dossier
from partenaires.models import Role
from partenaires.organismes.actions import passations, qualites
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_membre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
TAPE = {"besoin": "Des jardins « pour tous »", "version": "0", "envoi": "envoi-7"}


@pytest.fixture
def porteur(horloge_figee):
    return creer_association(nom="Les Jardins fictifs")


@pytest.fixture
def ecrivain(porteur):
    creer_membre(porteur, Role.ADMINISTRATEUR)
    return creer_membre(porteur)


@pytest.fixture
def dossier(porteur, ecrivain):
    return creer_dossier(creer_appel(), porteur, par=ecrivain)


def partir(personne) -> None:
    passations.quitter(personne.appartenances.get(), recu_le=PENDANT)


def adresse(dossier) -> str:
    return f"/dossiers/{dossier.pk}/partie/description/"


def test_le_script_apprend_que_la_personne_est_sortie(connecter, ecrivain, dossier):
    client = connecter(ecrivain)
    partir(ecrivain)
    reponse = client.post(adresse(dossier), TAPE, headers=JSON)
    assert reponse.status_code == 404
    assert (
        reponse.json()["phrase"]
        .replace("\u00a0", " ")
        .startswith(
            "Vous ne faites plus partie de « Les Jardins fictifs » : rien n’a été enregistré."
        )
    )
    assert Dossier.objects.get().besoin == ""


def test_sans_script_la_page_montre_le_texte_a_copier(connecter, ecrivain, dossier):
    client = connecter(ecrivain)
    partir(ecrivain)
    page = client.post(adresse(dossier), TAPE)
    texte = page.content.decode()
    assert (page.status_code, "Vous ne faites plus partie de" in texte) == (404, True)
    assert "besoin\nDes jardins « pour tous »</textarea>" in texte
    assert "envoi-7" not in texte


@pytest.mark.parametrize("chemin", ["pieces/", "organisme/", "partie/projet/", ""])
def test_chaque_page_de_redaction_le_dit(connecter, ecrivain, dossier, chemin):
    client = connecter(ecrivain)
    partir(ecrivain)
    page = client.get(f"/dossiers/{dossier.pk}/{chemin}")
    assert (page.status_code, "Vous ne faites plus partie" in page.content.decode()) == (404, True)


def test_un_envoi_de_fichier_l_apprend_aussi(connecter, ecrivain, dossier):
    client = connecter(ecrivain)
    partir(ecrivain)
    document = dossier.appel.documents.first()
    reponse = client.post(f"/dossiers/{dossier.pk}/pieces/{document.pk}/ajouter/", {}, headers=JSON)
    assert "Vous ne faites plus partie" in reponse.json()["phrase"]


def test_la_fiche_de_l_organisme_l_apprend_aussi(connecter, ecrivain, porteur):
    """Its script would try again for ever."""
    client = connecter(ecrivain)
    partir(ecrivain)
    chemin = f"/organismes/{porteur.pk}/fiche/"
    reponse = client.post(chemin, {"objet_social": "Des jardins"}, headers=JSON)
    assert (
        reponse.status_code,
        reponse.json()["phrase"].replace("\u00a0", " ").partition(" : ")[0],
    ) == (
        404,
        "Vous ne faites plus partie de « Les Jardins fictifs »",
    )
    page = client.post(chemin, {"objet_social": "Des jardins", "version": "0"})
    assert (page.status_code, "objet_social\nDes jardins</textarea>" in page.content.decode()) == (
        404,
        True,
    )
    inconnue = connecter(creer_utilisateur()).post(chemin, {"objet_social": "x"}, headers=JSON)
    assert (inconnue.status_code, "Jardins" in inconnue.content.decode()) == (404, False)


def test_une_adhesion_remise_en_attente_le_dit(connecter, ecrivain, porteur, dossier):
    """Somebody else was verified here: whoever was not waits again, both pages still open."""
    sienne = ecrivain.appartenances.get()
    sienne.est_premiere = True
    sienne.save()
    client = connecter(ecrivain)
    titulaire = creer_membre(porteur, Role.ADMINISTRATEUR, est_premiere=True)
    qualites.verifier(titulaire.appartenances.get(), par=creer_agent(), recu_le=PENDANT)
    sienne.refresh_from_db()
    assert sienne.acceptee_le is None
    for chemin in (adresse(dossier), f"/organismes/{porteur.pk}/fiche/"):
        reponse = client.post(chemin, TAPE, headers=JSON)
        assert (
            reponse.status_code,
            reponse.json()["phrase"].replace("\u00a0", " ").partition(" : ")[0],
        ) == (
            404,
            "Votre adhésion à « Les Jardins fictifs » attend une nouvelle réponse",
        )


def test_un_acces_suspendu_le_dit_de_meme(connecter, ecrivain, dossier):
    ecrivain.appartenances.update(suspendue_le=PENDANT)
    page = connecter(ecrivain).post(adresse(dossier), TAPE)
    assert (page.status_code, "Vous ne faites plus partie" in page.content.decode()) == (404, True)


def test_un_inconnu_n_apprend_rien(connecter, dossier):
    for personne in (creer_utilisateur(), creer_membre(creer_association())):
        page = connecter(personne).post(adresse(dossier), TAPE)
        texte = page.content.decode()
        assert (page.status_code, "Jardins" in texte, "à copier" in texte) == (404, False, False)


def test_ce_qui_commence_apres_le_depart_reste_inconnu(connecter, porteur, ecrivain):
    """A number tried at random says nothing of the organisation's new projects."""
    ecrivain.appartenances.update(terminee_le=PENDANT)
    recent = creer_dossier(creer_appel(), porteur, par=ecrivain, cree_le=PENDANT.replace(hour=12))
    page = connecter(ecrivain).get(adresse(recent))
    assert (page.status_code, "Jardins" in page.content.decode()) == (404, False)


def test_une_demande_refusee_ne_devient_pas_une_sortie(connecter, porteur, dossier):
    """Who asked to join and was refused has never been a member."""
    demandeur = creer_membre(porteur, acceptee_le=None, terminee_le=PENDANT)
    page = connecter(demandeur).post(adresse(dossier), TAPE)
    assert (page.status_code, "Jardins" in page.content.decode()) == (404, False)


def test_un_droit_retire_rend_aussi_le_texte(connecter, ecrivain, dossier):
    """Made a reader meanwhile: 403, with what was typed."""
    client = connecter(ecrivain)
    ecrivain.appartenances.update(roles={Role.LECTEUR})
    page = client.post(adresse(dossier), TAPE)
    texte = page.content.decode()
    assert (page.status_code, "Des jardins « pour tous »" in texte) == (403, True)


def test_une_adresse_inconnue_ne_rejoue_pas_ce_qu_on_lui_poste(connecter):
    """No token of ours was checked: somebody else's page may have sent it."""
    texte = connecter(None).post("/n-existe-pas/", {"x": "Votre compte est suspendu"})
    assert "suspendu" not in texte.content.decode()
