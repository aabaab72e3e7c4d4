"""Every entrance of files, what is too heavy, names, and what is published without its traces."""

import re
import zipfile
from importlib import import_module
from inspect import getmembers, isclass
from io import BytesIO
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment
from PIL import Image, ImageOps

from appels.models import Message
from contrat_ville import graphe
from contrat_ville.middleware import EnvoisMalRecus
from contrat_ville.reception import lire
from partenaires.socle import fichiers
from partenaires.socle.noms import LONGUEUR_MAX, distinct, nom_propre
from partenaires.socle.ouverture.depouillement import depouiller
from partenaires.socle.ouverture.nature import nature
from tests.epreuves import documents, hostiles
from tests.fabriques import creer_appel, creer_dossier_complet, deposer

MO = 1024 * 1024
RACINE = Path(__file__).resolve().parent.parent.parent

# {form.field: the entrance of `tests/appels/socle/test_fichiers.py`, or why it keeps no file}
ENTREES = {
    "DocumentForm.televersement": "contenu",
    "DocumentForm.modele": "modèle",
    "DocumentForm.fichier": "of the organisation: test_porte_documents",
    "FeuilleForm.fichier": "read then forgotten: a sheet of Dauphin, or of a past year",
    "JustificatifForm.justificatif": "qualité",
    "MessageForm.fichier_1": "message",
    "MessageForm.fichier_2": "message",
    "MessageForm.fichier_3": "message",
    "OrganismeForm.justificatif": "justificatif",
    "PapierForm.scan": "papier",
    "PieceForm.fichier": "page",
    "RectificationForm.document": "rectification",
}
# Views that read a file without a form.
HORS_FORMULAIRE = {"appels.depot.vues.verification": "compared then forgotten: a receipt"}


# --- Every entrance ----------------------------------------------------------------------------
def champs_de_fichiers() -> set[str]:
    """Each field of each form of the house that takes a file."""
    trouves = set()
    for app in graphe.toutes_les_apps():
        for _, nom in graphe.modules(RACINE, app):
            if ".forms" not in nom:
                continue
            for classe, form in getmembers(import_module(nom), isclass):
                if not issubclass(form, forms.BaseForm):
                    continue
                for champ, objet in getattr(form, "base_fields", {}).items():
                    if isinstance(objet, forms.FileField):
                        trouves.add(f"{classe}.{champ}")
    return trouves


def test_chaque_champ_de_fichier_a_son_entree_a_l_epreuve():
    """A new one enters here, then in `eprouver fichiers`."""
    from tests.appels.socle import test_fichiers

    assert champs_de_fichiers() == set(ENTREES)
    source = Path(test_fichiers.__file__).read_text(encoding="utf-8")
    eprouvees = set(re.findall(r'^        "([\wèé]+)": ', source, re.MULTILINE))
    assert {nom for nom in ENTREES.values() if " " not in nom} <= eprouvees


def test_aucune_page_ne_lit_un_fichier_hors_d_un_formulaire():
    lecteurs = {
        nom
        for app in graphe.toutes_les_apps()
        for chemin, nom in graphe.modules(RACINE, app)
        if ".vues." in nom and "FILES.get" in chemin.read_text(encoding="utf-8")
    }
    assert lecteurs == set(HORS_FORMULAIRE)


# --- The limit said is the limit held ----------------------------------------------------------
def test_la_limite_dite_est_la_limite_tenue(settings):
    assert (settings.TAILLE_MAX_PIECE, fichiers.taille_max()) == (10 * MO, "10\u00a0Mo")
    juste = documents.pdf(b"\n%" + b" " * (10_200_000) + b"\n%%EOF")
    assert fichiers.controler(SimpleUploadedFile("a.pdf", juste)).taille == len(juste)
    trop = juste + b" " * (10 * MO + 1 - len(juste))
    with pytest.raises(fichiers.FichierRefuse, match="dépasse 10\u00a0Mo"):
        fichiers.controler(SimpleUploadedFile("a.pdf", trop))


@pytest.mark.django_db
def test_un_fichier_trop_lourd_rend_ce_qui_etait_tape(connecter, horloge_figee):
    """12, then 30 Mo in one form: said beside the field, the words are still there."""
    depose = deposer(creer_dossier_complet(creer_appel()))
    client = connecter(depose.depose_par)
    adresse = f"/dossiers/{depose.pk}/echanges/"
    for tailles in ((12,), (10.5, 10.5, 10.5)):
        envoi = {
            f"fichier_{rang}": SimpleUploadedFile(f"{rang}.pdf", b"%PDF-" + b"x" * int(t * MO))
            for rang, t in enumerate(tailles, 1)
        }
        texte = "Une phrase longue à retrouver."
        cle = "6f1a8a5e-3f4e-4a55-8f0f-0f3b1b1a1c11"
        reponse = client.post(adresse, {"texte": texte, "cle": cle, **envoi})
        page = reponse.content.decode()
        assert (reponse.status_code, page.count(f"{texte}</textarea>")) == (422, 1)
        assert page.count("dépasse 10\u00a0Mo") >= len(tailles)
    assert Message.objects.count() == 0


@pytest.mark.django_db
def test_trois_fichiers_a_la_limite_passent_ensemble(connecter, horloge_figee):
    depose = deposer(creer_dossier_complet(creer_appel()))
    contenu = documents.pdf(b"\n%" + b" " * (9 * MO) + b"\n%%EOF")
    envoi = {
        f"fichier_{rang}": SimpleUploadedFile(f"{rang}.pdf", contenu + b"%" * rang)
        for rang in (1, 2, 3)
    }
    reponse = connecter(depose.depose_par).post(
        f"/dossiers/{depose.pk}/echanges/",
        {"texte": "x", "cle": "6f1a8a5e-3f4e-4a55-8f0f-0f3b1b1a1c11", **envoi},
    )
    assert (reponse.status_code, Message.objects.get().fichiers.count()) == (302, 3)


@pytest.mark.django_db
def test_au_dela_une_page_et_l_envoi_est_lu_jusqu_au_bout(rf, settings):
    """Answered before it is read to its end, a browser says « connexion réinitialisée »."""
    settings.ENVOI_MAX = MO
    source = BytesIO(b"x" * (2 * MO))
    assert (lire(source, 2 * MO).read(), source.read()) == (b"", b"")  # read, and forgotten
    requete = rf.generic("POST", "/verifier/AAAA/", b"x" * (2 * MO))
    reponse = EnvoisMalRecus(lambda requete: None)(requete)
    assert (reponse.status_code, "Envoi trop lourd" in reponse.content.decode()) == (413, True)


# --- Names -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("donne", "garde"),
    [
        ("PV AG 12.06.2026.pdf", "PV AG 12.06.2026.pdf"),
        ("PV AG 12.03.2026", "PV AG 12.03.2026.pdf"),
        ("Devis n°3 – 1 200 € & Cie.PDF", "Devis n°3 – 1 200 € & Cie.pdf"),
        ("Comptes\u00a0approuvés.jpeg", "Comptes approuvés.pdf"),
        ("e\u0301te\u0301.docx", "été.pdf"),
        ("v1.2.pdf", "v1.2.pdf"),
        ("con.pdf", "con_.pdf"),
        ("a:b?c*.pdf", "a_b_c_.pdf"),
        ("nom\u202egnp.pdf", "nomgnp.pdf"),
        ("C:\\Users\\x\\Statuts.pdf", "Statuts.pdf"),
        ("facture.pdf.exe", "facture.pdf"),
        ("", "document.pdf"),
        (".pdf", "document.pdf"),
        (" .PDF ", "document.pdf"),
        ("pages.pdf", "pages.pdf"),
    ],
)
def test_le_nom_garde_ce_qui_le_distingue(donne, garde):
    assert nom_propre(donne, "pdf") == garde


def test_deux_noms_tres_longs_gardent_leur_fin():
    debut = "Compte rendu de l’assemblée générale ordinaire des habitants du quartier " * 3
    noms = {nom_propre(f"{debut}{fin}.pdf", "pdf") for fin in ("12.06.2026", "12.03.2026")}
    assert sorted(nom[-14:] for nom in noms) == ["12.03.2026.pdf", "12.06.2026.pdf"]


@given(st.text(max_size=400), st.lists(st.text(max_size=40), max_size=5))
def test_tout_nom_est_sur_et_distinct(donne, autres):
    nom = nom_propre(donne, "pdf")
    assert re.fullmatch(r'[^/\\\x00-\x1f\x7f<>|;:?*"]+\.pdf', nom)
    assert (len(nom) <= LONGUEUR_MAX, len(nom.encode()) <= 210) == (True, True)
    pris = [nom_propre(autre, "pdf") for autre in autres]
    libre = distinct(nom, pris)
    assert libre.casefold() not in {autre.casefold() for autre in pris}


# --- Published without its traces (T17) --------------------------------------------------------
def textes(contenu: bytes, extension: str) -> bytes:
    """All that the file says, unfolded."""
    if extension in ("docx", "xlsx", "odt", "ods"):
        with zipfile.ZipFile(BytesIO(contenu)) as lot:
            return b"\n".join(lot.read(nom) for nom in lot.namelist())
    if extension == "pdf":
        with pikepdf.open(BytesIO(contenu)) as document:
            flux = [
                objet.read_raw_bytes()
                if "/DCTDecode" in str(objet.get("/Filter"))
                else objet.read_bytes()
                for objet in document.objects
                if isinstance(objet, pikepdf.Stream)
            ]
            return b"\n".join([str(dict(document.docinfo)).encode(), *flux])
    return contenu


PUBLIES = ("pdf à photo", "jpeg de téléphone", "jpeg suivi d'autre chose", "png", "docx", "xlsx",
           "odt", "ods")  # fmt: skip


@pytest.mark.parametrize("genre", PUBLIES)
def test_publie_il_ne_dit_ni_son_auteur_ni_son_lieu(genre):
    contenu = hostiles.honnetes()[genre]
    extension, mime = nature(contenu)
    avant = textes(contenu, extension).lower()
    assert b"fictif" in avant or b"openpyxl" in avant
    publie = depouiller(contenu, extension)
    apres = textes(publie, extension)
    assert re.findall(rb"(?i)fictif|creator|openpyxl|python-docx|SEFT", apres) == []
    assert apres.count(b"Exif\0\0") <= 1  # the side that is up, alone
    assert nature(publie) == (extension, mime)


CHANGE = (
    '<w:p><w:ins w:id="1" w:author="Claire Canari" w:date="2026-11-10T10:00:00Z"><w:r>'
    "<w:t>Ajout</w:t></w:r></w:ins></w:p>"
)
NOTE_ODT = (
    "<text:p>Texte<office:annotation><dc:creator>Claire Canari</dc:creator>"
    "<meta:creator-initials>Canari</meta:creator-initials>"
    "<text:p>Remarque</text:p></office:annotation></text:p>"
)


def docx_au_noyau_ailleurs() -> bytes:
    """Who made it stands where some programs put it (OPC, part « psmdcp »)."""
    parties = documents.entrees_de(documents.docx())
    noyau, ailleurs = "docProps/core.xml", "package/services/metadata/core-properties/a1.psmdcp"
    parties[ailleurs] = parties.pop(noyau).replace(b"Auteur fictif", b"Claire Canari")
    for nom in ("[Content_Types].xml", "_rels/.rels"):
        parties[nom] = parties[nom].replace(noyau.encode(), ailleurs.encode())
    return documents.archive(parties)


def xlsx_commente() -> bytes:
    livre = openpyxl.Workbook()
    livre.active["A1"].comment = Comment("Remarque", "Claire Canari")
    sortie = BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


def xlsx_en_conversation() -> bytes:
    """The people of a conversation, by name and by address."""
    personnes = (
        b'<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        b'<person displayName="Claire Canari" id="{1}" userId="S::claire.canari@exemple.org" '
        b'providerId="AD"/></personList>'
    )
    genre = "application/vnd.ms-excel.person+xml"
    return documents.declare(documents.xlsx(), "xl/persons/person.xml", genre, personnes)


COMMENTES = {
    "changement suivi": lambda: documents.dans_word(CHANGE),
    "propriétés ailleurs": docx_au_noyau_ailleurs,
    "commentaire de cellule": xlsx_commente,
    "conversation": xlsx_en_conversation,
    "annotation": lambda: documents.odt(NOTE_ODT),
}


@pytest.mark.parametrize("genre", COMMENTES)
def test_publie_ses_remarques_n_ont_plus_d_auteur(genre):
    """The words stay, and it still opens."""
    contenu = COMMENTES[genre]()
    extension, mime = nature(contenu)
    assert b"canari" in textes(contenu, extension).lower()
    publie = depouiller(contenu, extension)
    apres = textes(publie, extension)
    assert re.findall(rb"(?i)canari", apres) == []
    for mot in (b"Ajout", b"Remarque"):
        assert apres.count(mot) == textes(contenu, extension).count(mot)
    assert nature(publie) == (extension, mime)


def test_une_photo_publiee_garde_ses_pixels_et_son_sens():
    photo = documents.jpeg_de_telephone()
    publiee = depouiller(photo, "jpg")
    avant, apres = Image.open(BytesIO(photo)), Image.open(BytesIO(publiee))
    assert dict(apres.getexif()) == {0x0112: 6}
    assert apres.getexif().get_ifd(0x8825) == {}
    assert ImageOps.exif_transpose(apres).tobytes() == ImageOps.exif_transpose(avant).tobytes()


def test_un_pdf_publie_garde_son_titre_et_sa_structure():
    def agir(document):
        with document.open_metadata() as metadonnees:
            metadonnees["dc:title"] = "Titre public"
            metadonnees["dc:creator"] = ["Auteur fictif"]
            metadonnees["pdfuaid:part"] = "1"
        document.docinfo["/Title"] = "Titre public"
        document.docinfo["/Author"] = "Auteur fictif"
        document.Root.Lang = "fr-FR"

    publie = depouiller(documents.pdf_qui(agir), "pdf")
    with pikepdf.open(BytesIO(publie)) as document:
        assert dict(document.docinfo) == {"/Title": "Titre public"}
        assert str(document.Root.Lang) == "fr-FR"
        with document.open_metadata() as metadonnees:
            assert (metadonnees["dc:title"], metadonnees["pdfuaid:part"]) == ("Titre public", "1")
            assert "dc:creator" not in metadonnees
