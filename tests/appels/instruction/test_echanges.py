"""Messages between an organisation and the service: each side sees who must answer; funders see
nothing.
"""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from post_office.models import Email

from appels.demonstration import dossiers
from appels.instruction.actions import affectation, echanges
from appels.models import Cote, Dossier, FichierMessage, Message
from partenaires.models import Analyse, LigneResume, Role, SessionOuverte
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
def depose(horloge_figee):
    return deposer(creer_dossier_complet(creer_appel(), creer_association()))


@pytest.fixture
def chemin(depose):
    return f"/dossiers/{depose.pk}/echanges/"


def saisie(texte="Bonjour, une question.", **autres) -> dict:
    return {"texte": texte, "cle": str(uuid4()), **autres}


def test_l_organisme_ecrit_le_service_repond(connecter, depose, chemin):
    agent = creer_agent()
    organisme, service = connecter(depose.depose_par), connecter(agent)
    organisme.post(chemin, saisie())
    assert Email.objects.filter(subject__startswith="Message sur").get().to == [agent.email]
    assert "attend une réponse" in service.get(chemin).content.decode()
    service.post(chemin, saisie("Voici la réponse."))
    assert list(Message.objects.values_list("cote", "texte", "attend_reponse")) == [
        ("organisme", "Bonjour, une question.", False),
        ("service", "Voici la réponse.", True),
    ]
    assert (
        Email.objects.filter(to=depose.depose_par.email, subject__startswith="Message sur").count()
        == 1
    )


def test_la_page_ou_l_on_revient_envoie_ce_qu_on_y_ecrit(connecter, depose, chemin):
    """Back, other words under the same key: another message; the same words: the same one."""
    client, premier = connecter(depose.depose_par), saisie("Le premier.")
    for texte in ("Le premier.", "Le premier.", "Le second.", "Le second."):
        assert client.post(chemin, premier | {"texte": texte}).status_code == 302
    assert list(Message.objects.order_by("pk").values_list("texte", flat=True)) == [
        "Le premier.",
        "Le second.",
    ]
    piece = SimpleUploadedFile("devis.pdf", dossiers.pdf_fictif("Devis"))
    client.post(chemin, premier | {"texte": "Le second.", "fichier_1": piece})
    assert [message.fichiers.count() for message in Message.objects.order_by("pk")] == [0, 0, 1]


def test_l_alerte_suit_le_dernier_message(connecter, depose, chemin):
    client = connecter(creer_agent())

    def en_alerte() -> int:
        return len(client.get("/instruction/?alerte=message").context["atelier"].lignes)

    assert en_alerte() == 0
    connecter(depose.depose_par).post(chemin, saisie())
    assert en_alerte() == 1
    client.post(f"{chemin}sans-reponse/")
    assert (en_alerte(), Message.objects.get().attend_reponse) == (0, False)
    connecter(depose.depose_par).post(chemin, saisie())
    client.post(chemin, saisie("Réponse."))
    assert en_alerte() == 0


def test_l_organisme_voit_sur_sa_liste_que_le_service_attend(connecter, depose, chemin):
    client = connecter(depose.depose_par)
    assert "le service attend votre réponse" not in client.get("/dossiers/").content.decode()
    connecter(creer_agent()).post(chemin, saisie("Une question ?"))
    assert "le service attend votre réponse" in client.get("/dossiers/").content.decode()
    client.post(f"{chemin}sans-reponse/")
    assert "le service attend votre réponse" not in client.get("/dossiers/").content.decode()


def test_le_message_va_a_l_agent_charge_sinon_a_tout_le_service(depose):
    agent, collegue = creer_agent(), creer_agent()
    for attendu in ({agent.email, collegue.email}, {agent.email}):
        Email.objects.all().delete()
        echanges.ecrire(
            Dossier.objects.get(pk=depose.pk),
            Cote.ORGANISME,
            "x",
            [],
            cle=uuid4(),
            par=depose.depose_par,
            recu_le=PENDANT,
        )
        assert {e.to[0] for e in Email.objects.all()} == attendu
        affectation.affecter(
            Dossier.objects.filter(pk=depose.pk), agent, par=agent, recu_le=PENDANT
        )


def test_un_message_au_service_peut_attendre_le_resume_du_jour(depose):
    agent = creer_agent()
    agent.cadence = "quotidienne"
    agent.save()
    echanges.ecrire(
        depose, Cote.ORGANISME, "x", [], cle=uuid4(), par=depose.depose_par, recu_le=PENDANT
    )
    assert (
        Email.objects.filter(to=agent.email).count(),
        LigneResume.objects.filter(destinataire=agent).count(),
    ) == (0, 1)


def test_envoyer_deux_fois_n_ecrit_qu_une_fois(connecter, depose, chemin):
    deux_fois = saisie()
    client = connecter(depose.depose_par)
    for _ in range(2):
        client.post(chemin, deux_fois)
    assert (
        Message.objects.count(),
        Email.objects.filter(subject__startswith="Message sur").count(),
    ) == (1, 0)


def test_la_cle_d_un_autre_ne_rend_pas_son_message(depose):
    cle = uuid4()
    echanges.ecrire(
        depose, Cote.ORGANISME, "x", [], cle=cle, par=depose.depose_par, recu_le=PENDANT
    )
    autre = deposer(creer_dossier_complet(depose.appel))
    with pytest.raises(Exception, match="cle"):
        echanges.ecrire(
            autre, Cote.ORGANISME, "y", [], cle=cle, par=autre.depose_par, recu_le=PENDANT
        )


def test_un_fichier_joint_se_controle_et_se_lit_des_deux_cotes(connecter, depose, chemin):
    pdf = dossiers.pdf_fictif("Devis")
    connecter(depose.depose_par).post(
        chemin, saisie(fichier_1=SimpleUploadedFile("devis.pdf", pdf))
    )
    garde = FichierMessage.objects.get()
    assert Analyse.objects.filter(sha256=garde.sha256).count() == 1
    adresse = f"/messages/fichiers/{garde.pk}/"
    vus = {
        nom: connecter(personne).get(adresse)
        for nom, personne in {
            "organisme": depose.depose_par,
            "agent": creer_agent(),
            "financeur": creer_financeur("etat"),
            "etranger": creer_signataire(creer_association()),
        }.items()
    }
    assert {nom: reponse.status_code for nom, reponse in vus.items()} == {
        "organisme": 200,
        "agent": 200,
        "financeur": 403,
        "etranger": 404,
    }
    assert (vus["agent"].content, vus["agent"]["Content-Disposition"]) == (
        pdf,
        'attachment; filename="devis.pdf"',
    )


def test_un_fichier_qui_ment_le_dit_et_garde_le_message(connecter, depose, chemin):
    reponse = connecter(depose.depose_par).post(
        chemin, saisie("Mon long message", fichier_2=SimpleUploadedFile("a.pdf", b"MZ\x90"))
    )
    texte = reponse.content.decode()
    assert (reponse.status_code, "Mon long message" in texte, Message.objects.count()) == (
        422,
        True,
        0,
    )


@pytest.mark.parametrize("champs", [{"texte": ""}, {"texte": "x" * 5001}, {"cle": "pas-une-cle"}])
def test_un_message_mal_forme_le_dit(connecter, depose, chemin, champs):
    reponse = connecter(depose.depose_par).post(chemin, saisie() | champs)
    assert (reponse.status_code, Message.objects.count()) == (422, 0)


def test_un_fichier_choisi_dans_une_page_a_corriger_se_redemande(connecter, depose, chemin):
    """It is not required: sent again without a word, the message would leave without it."""
    client = connecter(depose.depose_par)
    piece = SimpleUploadedFile("devis.pdf", dossiers.pdf_fictif("Devis"))
    refus = client.post(chemin, saisie("", fichier_2=piece))
    page = refus.content.decode().replace("\u00a0", " ")
    assert (refus.status_code, page.count("Choisissez de nouveau « devis.pdf »")) == (422, 2)
    # after a session that ended, the text is back, and the page says that the file is not
    cle = refus.context["form"]["cle"].value()
    marque = client.get(chemin).content.decode().partition('name="feuille" value="')[2]
    SessionOuverte.objects.all().delete()
    piece.seek(0)
    envoi = {"texte": "Voici le devis.", "cle": cle, "feuille": marque.partition('"')[0]}
    assert client.post(chemin, envoi | {"fichier_2": piece}).status_code == 302
    client.force_login(
        depose.depose_par, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = client.get(chemin).content.decode().replace("\u00a0", " ")
    assert ("Voici le devis." in page, "choisissez-les de nouveau" in page) == (True, True)


def test_qui_peut_ecrire(connecter, depose, chemin):
    gens = {
        "lecteur": creer_membre(depose.porteur, Role.LECTEUR),
        "redacteur": creer_membre(depose.porteur),
        "financeur": creer_financeur("etat"),
        "etranger": creer_signataire(creer_association()),
    }
    assert {
        nom: connecter(personne).post(chemin, saisie()).status_code
        for nom, personne in gens.items()
    } == {"lecteur": 403, "redacteur": 302, "financeur": 403, "etranger": 404}


def test_les_financeurs_ne_lisent_aucun_message(connecter, depose, chemin):
    echanges.ecrire(
        depose, Cote.ORGANISME, "CANARI", [], cle=uuid4(), par=depose.depose_par, recu_le=PENDANT
    )
    client = connecter(creer_financeur("etat"))
    assert client.get(chemin).status_code == 403
    for page in ("relecture", "historique", "versions"):
        assert "CANARI" not in client.get(f"/dossiers/{depose.pk}/{page}/").content.decode()
    assert "Message envoyé" not in client.get(f"/dossiers/{depose.pk}/historique/").content.decode()
    assert (
        "Message envoyé"
        in connecter(depose.depose_par).get(f"/dossiers/{depose.pk}/historique/").content.decode()
    )


def test_mes_messages_et_mes_notes_partent_avec_mes_donnees(connecter, depose):
    agent = creer_agent()
    echanges.ecrire(
        depose, Cote.SERVICE, "Mon message", [], cle=uuid4(), par=agent, recu_le=PENDANT
    )
    echanges.ecrire_une_note(depose, "Ma note", par=agent, recu_le=PENDANT)
    lu = connecter(agent).get("/mes-donnees.json").json()
    assert [[m["texte"] for m in lu[cle]] for cle in ("messages", "notes")] == [
        ["Mon message"],
        ["Ma note"],
    ]
