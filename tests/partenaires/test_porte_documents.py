"""The documents of an organisation: kept once, proposed where they are asked, frozen as today."""

import hashlib
import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from appels.demonstration.dossiers import pdf_fictif
from appels.depot.actions import correction
from appels.instruction import demandes
from appels.instruction.actions import complements
from appels.models import DocumentDemande, Dossier, Piece
from appels.redaction import documents
from appels.redaction.actions import effacements, pieces
from partenaires.models import (
    Analyse,
    Appartenance,
    DocumentOrganisme,
    FichierGarde,
    NatureDeDocument,
    Role,
)
from partenaires.organismes import porte_documents
from partenaires.organismes.actions import porte_documents as actes
from partenaires.socle import fichiers
from tests.attente import BORNE
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    creer_membre,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db
LU = {"nature": "statuts", "date": "01/02/2024", "expire_le": ""}


@pytest.fixture
def organisme(horloge_figee):
    return creer_association()


@pytest.fixture
def signataire(organisme):
    return creer_signataire(organisme)


def fichier(mot: str = "Statuts") -> fichiers.Fichier:
    return fichiers.controler(SimpleUploadedFile(f"{mot}.pdf", pdf_fictif(mot)))


def garder(organisme, par, nature=NatureDeDocument.STATUTS, mot="Statuts", expire_le=None):
    return actes.ajouter(
        organisme,
        fichier(mot),
        nature=nature,
        date=date(2024, 2, 1),
        expire_le=expire_le,
        par=par,
        recu_le=PENDANT,
    )


def chemin(organisme) -> str:
    return f"/organismes/{organisme.pk}/documents/"


def test_garder_lire_et_retirer_par_la_page(connecter, organisme, signataire):
    client, contenu = connecter(signataire), pdf_fictif("Statuts")
    envoi = {**LU, "fichier": SimpleUploadedFile("Statuts.pdf", contenu)}
    page = client.post(chemin(organisme), envoi, follow=True).content.decode()
    assert ("daté du 1er\u00a0février\u00a02024" in page, "À jour" in page) == (True, True)
    garde = DocumentOrganisme.objects.get()
    lu = client.get(f"/organismes/documents/{garde.pk}/")
    assert hashlib.sha256(b"".join(lu)).hexdigest() == garde.sha256
    assert lu["Content-Type"] == "application/pdf"
    assert FichierGarde.objects.filter(organisme=organisme).count() == 1  # counts for its room
    # the same file again: said, and a date left empty erases none
    encore = {"nature": "statuts", "date": "", "expire_le": "01/02/2030"}
    for dates, statut in ((encore, 302), ({**encore, "expire_le": "01/02/2023"}, 422)):
        envoi = {**dates, "fichier": SimpleUploadedFile("Copie.pdf", contenu)}
        assert client.post(chemin(organisme), envoi).status_code == statut
    assert "Document déjà gardé" in client.get(chemin(organisme)).content.decode()
    relu = DocumentOrganisme.objects.get()
    assert (relu.date, relu.expire_le) == (date(2024, 2, 1), date(2030, 2, 1))
    client.post(f"/organismes/documents/{garde.pk}/retirer/")
    de_nouveau = client.post(
        f"/organismes/documents/{garde.pk}/retirer/", follow=True
    )  # another tab
    assert "Ce document n’est plus dans le porte-documents" in de_nouveau.content.decode()
    assert client.get(f"/organismes/documents/{garde.pk}/").status_code == 404
    assert DocumentOrganisme.objects.get().fichier == ""
    # what nothing shows any more is erased
    effacements.effacer(PENDANT + timedelta(days=400))
    assert FichierGarde.objects.get().efface_le is not None


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"nature": ""}, "nature"),
        ({"nature": "poeme"}, "nature"),
        ({"date": "31/02/2024"}, "date"),
        ({"expire_le": "01/01/2020"}, "expire_le"),
        ({"fichier": SimpleUploadedFile("x.exe", b"MZ")}, "fichier"),
        ({"fichier": ""}, "fichier"),
        ({"fichier": SimpleUploadedFile("vide.pdf", b"")}, "fichier"),
        ({"date": "30 fév"}, "date"),
    ],
)
def test_ce_qui_ne_se_garde_pas_le_dit_a_cote_du_champ(
    connecter, organisme, signataire, champs, champ
):
    envoi = {**LU, "fichier": SimpleUploadedFile("Statuts.pdf", pdf_fictif("S")), **champs}
    reponse = connecter(signataire).post(chemin(organisme), envoi)
    assert reponse.status_code == 422
    assert champ in reponse.context["form"].errors
    # a file that was good is lost by the page all the same: it says which one
    dit = "Choisissez de nouveau « Statuts.pdf »" in reponse.content.decode().replace("\u00a0", " ")
    assert dit is (champ != "fichier")
    assert not DocumentOrganisme.objects.exists()


def test_chacun_ses_droits(connecter, organisme, signataire):
    garde = garder(organisme, signataire)
    lectrice = connecter(creer_membre(organisme, Role.LECTEUR))
    adresse = f"/organismes/documents/{garde.pk}/"
    assert (lectrice.get(chemin(organisme)).status_code, lectrice.get(adresse).status_code) == (
        200,
        200,
    )
    assert lectrice.post(chemin(organisme), LU).status_code == 403
    assert lectrice.post(f"{adresse}retirer/").status_code == 403
    for autre in (creer_agent(), creer_signataire(creer_association())):
        client = connecter(autre)
        assert client.get(chemin(organisme)).status_code == 404
        assert client.get(adresse).status_code == 404
        assert client.post(f"{adresse}retirer/").status_code == 404
    assert connecter().get(chemin(organisme)).status_code == 302
    # a claimant whom nobody knows yet reads nothing that others kept
    presume = creer_signataire(organisme)
    Appartenance.objects.filter(utilisateur=presume).update(est_premiere=True)
    client = connecter(presume)
    assert [client.get(chemin(organisme)).status_code, client.get(adresse).status_code] == [403] * 2
    assert client.post(f"{adresse}retirer/").status_code == 403
    with pytest.raises(PermissionDenied):
        actes.retirer(garde, par=presume, recu_le=PENDANT)
    assert DocumentOrganisme.objects.presents().get() == garde


def test_propose_la_ou_il_est_demande_et_joint_avec_sa_propre_ligne(
    connecter, organisme, signataire
):
    appel = creer_appel()
    demande = DocumentDemande.objects.create(appel=appel, libelle="Statuts signés")
    garde = garder(organisme, signataire)
    garder(organisme, signataire, NatureDeDocument.COMPTES, "Vieux", date(2026, 1, 1))  # past
    dossier = creer_dossier(appel, organisme)
    client = connecter(signataire)
    page = client.get(f"/dossiers/{dossier.pk}/pieces/").content.decode()
    action = f"/dossiers/{dossier.pk}/pieces/{demande.pk}/joindre/{garde.pk}/"
    assert page.count("de votre porte-documents") == 1
    assert f'action="{action}"' in page
    assert client.post(action).status_code == 302
    piece = Piece.objects.get(dossier=dossier)
    assert (piece.nom, piece.document, piece.sha256) == ("Statuts.pdf", demande, garde.sha256)
    assert client.post(action).status_code == 422  # already joined: no longer proposed
    assert (
        "de votre porte-documents"
        not in client.get(f"/dossiers/{dossier.pk}/pieces/").content.decode()
    )
    # removed from the organisation, it stays in the dossier, even once the delay is over
    actes.retirer(garde, par=signataire, recu_le=PENDANT)
    effacements.effacer(PENDANT + timedelta(days=400))
    assert Piece.objects.get(dossier=dossier).lire().startswith(b"%PDF")


def test_rien_n_est_coche_sur_la_foi_d_un_mot(connecter, organisme, signataire):
    """A word of the title is a guess, a nature nobody knows no answer: the person says."""
    appel = creer_appel()
    for libelle in ("Compte rendu d’activité", "Pouvoir du signataire"):
        DocumentDemande.objects.create(appel=appel, libelle=libelle)
    garder(organisme, signataire, NatureDeDocument.COMPTES, "Comptes 2025")
    garder(organisme, signataire, NatureDeDocument.AUTRE, "Affiche")
    garder(organisme, signataire, NatureDeDocument.RIB, "RIB")
    dossier = creer_dossier(appel, organisme)
    reponse = connecter(signataire).get(f"/dossiers/{dossier.pk}/pieces/")
    cases = reponse.context["prise"]["prendre"].subwidgets
    bancaire = appel.documents.get(est_bancaire=True)
    date_ = "daté du 1er\u00a0février\u00a02024"
    comptes = f"« Comptes 2025.pdf », de votre porte-documents, {date_}"
    assert {case.choice_label: case.data["selected"] for case in cases} == {
        f"Comptes approuvés : {comptes}": False,
        f"Compte rendu d’activité : {comptes}": False,
        f"{bancaire} : de votre porte-documents, {date_}": True,
    }
    assert "Affiche.pdf" in reponse.content.decode()  # offered by its own button


@pytest.mark.parametrize("raison", ["point", "non conforme", "rien"])
def test_le_document_plus_recent_remplace_celui_que_le_service_redemande(
    connecter, organisme, signataire, raison
):
    appel = creer_appel()
    demande = DocumentDemande.objects.create(appel=appel, libelle="Statuts")
    depose = deposer(creer_dossier_complet(appel, organisme), signataire)
    ancienne = depose.pieces.get(document=demande)
    Piece.objects.update(ajoutee_le=PENDANT)
    if raison == "non conforme":
        depose.pieces.filter(document=demande).update(
            conformite="non_conforme", conformite_le=PENDANT, conformite_par=creer_agent()
        )
    complements.demander(
        depose,
        [demandes.Demande("pieces", "Signés", demande if raison == "point" else None)],
        avant_le=PENDANT + timedelta(days=15),
        message="",
        par=creer_agent(),
        recu_le=PENDANT,
    )
    reponse = correction.corriger(depose, par=signataire, recu_le=PENDANT)
    garder(organisme, signataire, mot="Ancien")
    DocumentOrganisme.objects.update(ajoute_le=PENDANT - timedelta(days=1))
    nouveau = garder(organisme, signataire, mot="Statuts signés")
    DocumentOrganisme.objects.filter(pk=nouveau.pk).update(ajoute_le=PENDANT + timedelta(hours=1))
    client, chemin_ = connecter(signataire), f"/dossiers/{reponse.pk}/pieces/"
    page = client.get(chemin_).content.decode()
    assert page.count("Remplacer par ce document") == (raison != "rien")
    client.post(f"{chemin_}{demande.pk}/joindre/{nouveau.pk}/", {"remplacer": "1"})
    jointes = Piece.objects.presentes().filter(document=demande)
    assert jointes.get(dossier=reponse).sha256 == nouveau.sha256
    assert jointes.get(dossier=depose) == ancienne  # until it is attested


def test_le_rib_reste_chiffre_et_ne_s_ouvre_que_depuis_un_dossier(connecter, organisme, signataire):
    appel = creer_appel()
    rib = garder(organisme, signataire, NatureDeDocument.RIB, "RIB")
    with rib.fichier.open("rb") as ouvert:
        assert not ouvert.read().startswith(b"%PDF")
    assert Analyse.objects.get(sha256=rib.sha256).est_chiffree
    client = connecter(signataire)
    assert client.get(f"/organismes/documents/{rib.pk}/").url == chemin(organisme)
    assert "RIB.pdf" not in client.get(chemin(organisme)).content.decode()
    dossier = creer_dossier(appel, organisme)
    bancaire = appel.documents.get(est_bancaire=True)
    autre = appel.documents.get(est_bancaire=False)
    base = f"/dossiers/{dossier.pk}/pieces"
    assert client.post(f"{base}/{autre.pk}/joindre/{rib.pk}/").status_code == 422
    assert client.post(f"{base}/{bancaire.pk}/joindre/{rib.pk}/").status_code == 302
    piece = Piece.objects.get(dossier=dossier)
    assert (piece.est_chiffree, piece.lire().startswith(b"%PDF")) == (True, True)


def test_figee_au_depot_une_copie_par_document(organisme, signataire):
    appel = creer_appel()
    dossier = creer_dossier_complet(appel, organisme)
    demande = DocumentDemande.objects.create(appel=appel, libelle="Statuts")
    garde = garder(organisme, signataire)
    pieces.joindre(dossier, demande, garde, par=signataire, recu_le=PENDANT)
    pieces.joindre(dossier, demande, garde, par=signataire, recu_le=PENDANT)
    assert dossier.pieces.filter(document=demande).count() == 1
    depose = deposer(Dossier.objects.get(pk=dossier.pk), signataire)
    assert garde.sha256 in depose.versions.get().contenu
    with pytest.raises(pieces.NonModifiable):
        pieces.joindre(depose, demande, garde, par=signataire, recu_le=PENDANT)


def test_ni_un_autre_organisme_ni_un_agent_ne_joint(organisme, signataire):
    garder(organisme, signataire)
    appel = creer_appel()
    demande = DocumentDemande.objects.create(appel=appel, libelle="Statuts")
    voisin = creer_dossier(appel, creer_association())
    for dossier, par in (
        (voisin, creer_signataire(voisin.porteur)),
        (creer_dossier(appel, organisme), creer_agent()),
    ):
        gardes = documents.documents_gardes(dossier, [demande], par, PENDANT)
        assert gardes == {demande.pk: []}
    garde = DocumentOrganisme.objects.get()
    with pytest.raises(pieces.PlusGarde):
        pieces.joindre(
            voisin, demande, garde, par=creer_signataire(voisin.porteur), recu_le=PENDANT
        )
    # Taken out between the page and the act: the wrong statutes are not joined all the same
    actes.retirer(garde, par=signataire, recu_le=PENDANT)
    sien = creer_dossier(appel, organisme)
    with pytest.raises(pieces.PlusGarde):
        pieces.joindre(sien, demande, garde, par=signataire, recu_le=PENDANT)
    assert not Piece.objects.exists()


@pytest.mark.parametrize(
    ("libelle", "nature"),
    [
        ("Statuts signés de l’association", "statuts"),
        ("Comptes approuvés du dernier exercice", "comptes"),
        ("Bilan et compte de résultat", "comptes"),
        ("Attestation d’assurance", "attestation"),
        ("Pouvoir de la personne signataire", "autre"),
    ],
)
def test_ce_qui_est_demande_dit_sa_nature(libelle, nature):
    assert porte_documents.nature_demandee(libelle, est_bancaire=False) == nature
    assert porte_documents.nature_demandee(libelle, est_bancaire=True) == "rib"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_personnes_qui_gardent_le_meme_document_n_en_gardent_qu_un(organisme, signataire):
    autre = creer_signataire(organisme)
    depart = threading.Barrier(2, timeout=BORNE)
    faits = []

    def garder_aussi(par):
        depart.wait()
        faits.append(garder(organisme, par).pk)
        connection.close()

    fils = [threading.Thread(target=garder_aussi, args=[par]) for par in (signataire, autre)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(BORNE)
    assert len(set(faits)) == 1
    assert DocumentOrganisme.objects.count() == 1
