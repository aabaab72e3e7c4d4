"""A question from a draft: asking opens it to the service, and the page says so."""

from uuid import uuid4

import pytest
from post_office.models import Email

from appels.instruction.actions import echanges
from appels.models import Acte, Dossier, Message
from appels.redaction.actions import accompagnement
from partenaires.models import Role
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def porteur(horloge_figee):
    return creer_association()


@pytest.fixture
def brouillon(porteur):
    return creer_dossier_complet(creer_appel(), porteur)


def saisie(**champs) -> dict:
    return {"texte": "Faut-il un devis ?", "partie": "", "cle": str(uuid4()), **champs}


def test_poser_une_question_ouvre_le_brouillon_et_dit_d_ou_elle_vient(
    connecter, brouillon, porteur
):
    agent = creer_agent()
    client, chemin = connecter(creer_membre(porteur)), f"/dossiers/{brouillon.pk}/echanges/"
    page = client.get(f"{chemin}?partie=budget")
    html = page.content.decode()
    assert ("vous le lui" in html, "Poser une question" in html) == (True, True)
    assert page.context["form"]["partie"].value() == "budget"
    assert connecter(agent).get(chemin).status_code == 404
    assert client.post(chemin, saisie(partie="budget")).status_code == 302
    brouillon.refresh_from_db()
    message = Message.objects.get()
    assert (message.partie, message.cote, brouillon.ouvert_au_service_le) == (
        "budget",
        "organisme",
        PENDANT,
    )
    assert [p.acte for p in brouillon.passages.filter(acte__in=[Acte.OUVRIR, Acte.ECRIRE])] == [
        Acte.OUVRIR,
        Acte.ECRIRE,
    ]
    courriel = Email.objects.get(to=[agent.email])
    assert "brouillon « Jardins d’essai »" in courriel.message
    assert "partie « Budget du projet »" in courriel.message
    lue = connecter(agent).get(chemin).content.decode()
    assert ("À propos de : Budget du projet" in lue, "attend une réponse" in lue) == (True, True)
    assert "attend une réponse" in connecter(agent).get("/instruction/ouverts/").content.decode()


def test_le_service_repond_sur_le_brouillon_et_l_organisme_en_est_prevenu(
    connecter, brouillon, porteur
):
    agent, redacteur = creer_agent(), creer_membre(porteur)
    chemin = f"/dossiers/{brouillon.pk}/echanges/"
    connecter(redacteur).post(chemin, saisie())
    assert connecter(agent).post(chemin, saisie(texte="Oui.")).status_code == 302
    assert [m.attend_reponse for m in Message.objects.all()] == [False, True]
    assert Email.objects.filter(to=[redacteur.email]).count() == 1
    accueil = connecter(redacteur).get("/dossiers/").content.decode()
    assert "Le service attend votre réponse" in accueil


@pytest.mark.parametrize(
    "page",
    [
        "",
        "partie/budget/",
        "partie/description/",
        "organisme/",
        "pieces/",
        "deposer/",
        "signature/",
        "relecture/",
        "abandonner/",
    ],
)
def test_le_lien_est_sur_chaque_page_d_un_brouillon(connecter, brouillon, porteur, page):
    html = connecter(creer_signataire(porteur)).get(f"/dossiers/{brouillon.pk}/{page}").content
    assert html.decode().count("Poser une question au service") == 1


def test_qui_lit_et_qui_ecrit(connecter, brouillon, porteur):
    chemin = f"/dossiers/{brouillon.pk}/echanges/"
    lecteur = creer_membre(porteur, Role.LECTEUR)
    gens = {
        "anonyme": (None, 302, 302),
        "etranger": (creer_membre(creer_association()), 404, 404),
        "lecteur": (lecteur, 200, 403),
        "financeur": (creer_financeur(), 404, 404),
        "agent": (creer_agent(), 404, 404),
    }
    vus = {}
    for nom, (qui, _, _) in gens.items():
        client = connecter(qui)
        vus[nom] = (client.get(chemin).status_code, client.post(chemin, saisie()).status_code)
    assert vus == {nom: (lit, ecrit) for nom, (_, lit, ecrit) in gens.items()}
    assert (Message.objects.count(), Dossier.objects.get().ouvert_au_service_le) == (0, None)


def test_referme_le_service_n_ecrit_plus_et_le_texte_reste(connecter, brouillon, porteur):
    agent, redacteur = creer_agent(), creer_membre(porteur)
    echanges.ecrire(brouillon, "organisme", "?", [], cle=uuid4(), par=redacteur, recu_le=PENDANT)
    lu = Dossier.objects.get(pk=brouillon.pk)
    accompagnement.refermer(brouillon, par=redacteur, recu_le=PENDANT)
    with pytest.raises(echanges.BrouillonReferme):
        echanges.ecrire(lu, "service", "Oui", [], cle=uuid4(), par=agent, recu_le=PENDANT)
    chemin = f"/dossiers/{brouillon.pk}/echanges/"
    assert connecter(agent).post(chemin, saisie()).status_code == 404
    assert (Message.objects.count(), connecter(redacteur).get(chemin).status_code) == (1, 200)


def test_la_question_d_une_correction_va_au_fil_du_depot(connecter, brouillon, porteur):
    signataire = creer_signataire(porteur)
    depose = deposer(brouillon, signataire)
    client = connecter(signataire)
    client.post(f"/dossiers/{depose.pk}/corriger/")
    copie = Dossier.objects.get(corrige=depose)
    reponse = client.get(f"/dossiers/{copie.pk}/echanges/?partie=budget")
    assert reponse.url == f"/dossiers/{depose.pk}/echanges/?partie=budget"


def test_un_agent_hors_du_perimetre_n_en_recoit_rien(connecter, brouillon, porteur):
    ailleurs = creer_agent()
    ailleurs.appartenances.update(perimetre={"communes": ["62999"]})
    connecter(creer_membre(porteur)).post(f"/dossiers/{brouillon.pk}/echanges/", saisie())
    assert Email.objects.filter(to=[ailleurs.email]).count() == 0
