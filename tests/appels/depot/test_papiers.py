"""The papers of a dossier: tagged PDF in the order of the CERFA, budget for spreadsheets, documents
in one lot.
"""

import csv
import hashlib
import json
import os
import re
import zipfile
from io import BytesIO, StringIO

import pikepdf
import pytest
from pypdf import PdfReader

from appels.depot import papiers
from appels.depot.actions import correction
from appels.depot.actions import papiers as actes
from appels.models import Dossier, Papier, Piece
from appels.socle import cerfa, figement, pdf
from appels.tasks import rattraper
from partenaires.models import Role
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_signataire,
    deposer,
)
from tests.lecteurs import rangees

pytestmark = [pytest.mark.django_db, pytest.mark.campagne]


@pytest.fixture
def porteur(horloge_figee):
    return creer_association()


@pytest.fixture
def depose(porteur):
    return deposer(creer_dossier_complet(creer_appel(), porteur))


def demander(client, dossier, genre) -> bytes:
    client.post(f"/dossiers/{dossier.pk}/papiers/", {"genre": genre})
    rattraper()
    reponse = client.get(f"/dossiers/{dossier.pk}/papiers/{genre}/")
    assert reponse.status_code == 200
    return b"".join(reponse)


def texte(octets: bytes) -> str:
    return re.sub(
        r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(BytesIO(octets)).pages)
    )


def test_le_dossier_en_pdf_balise_dans_l_ordre_du_cerfa(connecter, depose, porteur):
    octets = demander(connecter(creer_membre(porteur)), depose, "dossier")
    with pikepdf.open(BytesIO(octets)) as document:
        racine = document.Root
        assert (str(racine.Lang), bool(racine.MarkInfo.Marked), "/StructTreeRoot" in racine) == (
            "fr",
            True,
            True,
        )
    lu = texte(octets)
    titres = [
        "Votre demande",
        "1. Identification de l’organisme",
        "6. Le projet",
        "Budget du projet",
        "6. Les financeurs sollicités",
        "7. Attestations",
        "Pièces jointes",
    ]
    rangs = [lu.index(titre) for titre in titres]
    assert rangs == sorted(rangs)
    assert ("CV-2027-0001" in lu, depose.intitule in lu, "Ada Essai" in lu) == (True, True, True)


def test_chaque_reponse_donnee_est_sur_le_papier(connecter, depose, porteur):
    """The sum of what was typed: no field of the frozen content is forgotten."""
    champs = {
        "besoin",
        "objectifs",
        "description",
        "methode",
        "partenariats",
        "egalite",
        "participation",
        "informations_complementaires",
        "public_vise",
        "moyens_materiels",
        "evaluation",
        "resultats_attendus",
    }
    Dossier.objects.filter(pk=depose.pk).update(**{champ: f"canari {champ}" for champ in champs})
    contenu = json.loads(
        figement.canonique(
            figement.contenu(
                Dossier.objects.pour_completude().get(pk=depose.pk),
                depot={},
                empreinte_personnes="",
            )
        )
    )
    dits = " ".join(rep for r in cerfa.rubriques(contenu, {}) for _, rep in r.reponses)
    assert [champ for champ in champs if f"canari {champ}" not in dits] == []


def test_un_brouillon_le_dit_et_se_refait_quand_il_change(
    connecter, porteur, django_capture_on_commit_callbacks
):
    brouillon = creer_dossier_complet(creer_appel(), porteur)
    client = connecter(brouillon.cree_par)
    assert "n’est pas déposé" in texte(demander(client, brouillon, "dossier"))
    assert "À jour" in client.get(f"/dossiers/{brouillon.pk}/papiers/").content.decode()
    brouillon.parties.filter(nom="projet").update(version=9)
    assert (
        "Le dossier a changé depuis"
        in client.get(f"/dossiers/{brouillon.pk}/papiers/").content.decode()
    )
    Dossier.objects.filter(pk=brouillon.pk).update(intitule="Nouveau titre")
    ancien = Papier.objects.get().fichier.path
    with django_capture_on_commit_callbacks(execute=True):
        assert "Nouveau titre" in texte(demander(client, brouillon, "dossier"))
    assert (os.path.exists(ancien), os.path.exists(Papier.objects.get().fichier.path)) == (
        False,
        True,
    )


def test_la_relecture_dit_ce_qui_ne_s_imprime_pas(connecter, porteur):
    brouillon = creer_dossier_complet(creer_appel(), porteur)
    page = f"/dossiers/{brouillon.pk}/deposer/"
    client = connecter(creer_signataire(porteur))
    assert "imprime pas" not in client.get(page).content.decode()
    Dossier.objects.filter(pk=brouillon.pk).update(besoin="Une fête 🎉 → ensemble")
    assert (
        "1\u00a0signe ne s’imprime pas\u00a0: « 🎉 » sera écrit « (émoji\u00a0: cotillons) »."
    ) in client.get(page).content.decode()


def test_une_correction_refait_le_papier(connecter, depose, porteur):
    signataire = creer_signataire(porteur)
    client = connecter(signataire)
    demander(client, depose, "dossier")
    marque = Papier.objects.get().marque
    deposer(correction.corriger(depose, par=signataire, recu_le=PENDANT), signataire)
    assert papiers.marque(depose, "dossier") != marque
    assert "version 2" in texte(demander(client, depose, "dossier"))


def test_les_financeurs_n_ont_ni_telephone_ni_adresse(connecter, depose):
    client = connecter(creer_financeur())
    assert client.get(f"/dossiers/{depose.pk}/papiers/dossier/").status_code == 404
    client.post(f"/dossiers/{depose.pk}/papiers/", {"genre": "dossier"})
    assert Papier.objects.count() == 0
    lu = texte(demander(client, depose, "dossier-financeur"))
    assert ("Ada Essai" in lu, "0321000000" in lu, depose.intitule in lu) == (False, False, True)
    assert "0321000000" in texte(demander(connecter(creer_agent()), depose, "dossier"))


def test_les_pieces_en_un_lot_aux_noms_parlants_sans_le_rib(connecter, depose, porteur):
    piece = Piece.objects.get(dossier=depose, est_chiffree=False)
    double = Piece.objects.get(pk=piece.pk)
    double.pk, double._state.adding = None, True
    double.sha256 = hashlib.sha256(b"%PDF-autre").hexdigest()
    double.ranger(b"%PDF-autre")
    double.save()
    octets = demander(connecter(creer_membre(porteur)), depose, "pieces")
    with zipfile.ZipFile(BytesIO(octets)) as lot:
        assert lot.testzip() is None
        noms = lot.namelist()
        assert sorted(noms) == [
            "CV-2027-0001 Comptes approuvés (2).pdf",
            "CV-2027-0001 Comptes approuvés.pdf",
            "Relevé d’identité bancaire, où le lire.txt",
        ]
        assert lot.read("CV-2027-0001 Comptes approuvés.pdf") == piece.lire()
        assert lot.read("CV-2027-0001 Comptes approuvés (2).pdf") == b"%PDF-autre"
    rib = Piece.objects.get(dossier=depose, est_chiffree=True)
    assert rib.lire() not in octets


def test_le_budget_en_csv_dit_les_memes_totaux_que_le_classeur(connecter, depose, porteur):
    client = connecter(creer_membre(porteur))
    lignes = list(
        csv.reader(
            StringIO(client.get(f"/dossiers/{depose.pk}/budget.csv").content.decode("utf-8-sig")),
            delimiter=";",
        )
    )
    classeur = rangees(client.get(f"/dossiers/{depose.pk}/budget.xlsx").content)
    en_csv = {
        ligne[3]: float(ligne[4].replace("\u00a0", "").replace(",", "."))
        for ligne in lignes[1:]
        if not ligne[0]
    }
    en_xlsx = {ligne[1]: ligne[2] for ligne in classeur if ligne[1] in en_csv}
    assert en_csv == en_xlsx
    assert {"Total des charges", "Total général des produits"} <= set(en_csv)


def test_une_demande_faite_deux_fois_ne_fait_qu_un_papier(depose):
    par = depose.depose_par
    for _ in range(2):
        actes.demander(depose, "dossier", par=par, recu_le=PENDANT)
    rattraper()
    fait = Papier.objects.get()
    actes.etablir(fait)
    assert Papier.objects.get().etabli_le == fait.etabli_le


def test_un_echec_se_dit_et_se_redemande(connecter, depose, porteur, monkeypatch):
    def echouer(*args, **kwargs):
        raise pdf.RenduImpossible("La mise en page dépasse le temps permis.")

    client = connecter(creer_membre(porteur))
    with monkeypatch.context() as bloque:
        bloque.setattr(pdf, "rendre", echouer)
        client.post(f"/dossiers/{depose.pk}/papiers/", {"genre": "dossier"})
        for _ in range(7):
            rattraper()
    page = client.get(f"/dossiers/{depose.pk}/papiers/").content.decode()
    assert ("La mise en page dépasse le temps permis." in page, "Préparer le fichier" in page) == (
        True,
        True,
    )
    assert Papier.objects.get().essais == Papier.ESSAIS_MAX
    assert demander(client, depose, "dossier").startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("qui", "etat", "code"),
    [
        ("etranger", "depose", 404),
        ("lecteur", "depose", 200),
        ("agent", "brouillon", 404),
        ("agent", "depose", 200),
        ("financeur", "brouillon", 404),
    ],
)
def test_qui_prend_les_papiers(connecter, depose, porteur, qui, etat, code):
    gens = {
        "etranger": lambda: creer_signataire(creer_association()),
        "lecteur": lambda: creer_membre(porteur, Role.LECTEUR),
        "agent": creer_agent,
        "financeur": creer_financeur,
    }
    dossier = depose if etat == "depose" else creer_dossier(depose.appel, porteur)
    client = connecter(gens[qui]())
    assert client.get(f"/dossiers/{dossier.pk}/papiers/").status_code == code
    assert client.get(f"/dossiers/{dossier.pk}/budget.csv").status_code == code
    assert client.post(f"/dossiers/{dossier.pk}/papiers/", {"genre": "rien"}).status_code == {
        200: 302
    }.get(code, code)
