"""What is published says nothing of who made it, nor where: place, author, device, paths.

Pixels, words and pages are kept as they are: a picture is not compressed a second time.
"""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from xml.sax.saxutils import escape

import pikepdf

from partenaires.socle.ouverture import pdf
from partenaires.socle.ouverture.archives import Budget, Paquet
from partenaires.socle.ouverture.illisible import Illisible
from partenaires.socle.ouverture.nature import nature
from partenaires.socle.ouverture.traces import depouiller_une_image

# What a reader of screens needs of the XMP of a PDF; the rest says who made it.
XMP_UTILES = ("dc:title", "dc:language", "pdfuaid:part", "pdfaid:part", "pdfaid:conformance")
NOTES = {
    "/Text",
    "/FreeText",
    "/Highlight",
    "/Underline",
    "/StrikeOut",
    "/Ink",
    "/Stamp",
    "/Popup",
    "/Square",
    "/Circle",
}
TITRE = re.compile(rb"<dc:title[^>]*>([^<]*)</dc:title>")
PERSONNES = b'<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"/>'
PROPRIETES = (
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/%s-properties"/>'
)
NOYAU = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title>'
    "</cp:coreProperties>"
)
META = (
    '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"><office:meta>'
    "<dc:title>{}</dc:title></office:meta></office:document-meta>"
)
# The part that says who made a package, wherever a program puts it
NOYAU_DIT = re.compile(rb"<(?:\w+:)?coreProperties\b")
# Who wrote a comment or a change followed, kept in the text itself
AUTEURS_OFFICE = re.compile(
    rb'( (?:w|w15|w16cid):(?:author|initials|userId|providerId)=")[^"]*(")'
    rb"|(<author>)[^<]*(</author>)"
)
PERSONNES_D_UN_CLASSEUR = re.compile(rb'( (?:displayName|userId|providerId)=")[^"]*(")')
AUTEURS_ODF = re.compile(
    rb"(<(dc:creator|meta:creator-initials|loext:sender-initials)\b[^>/]*>)[^<]*(</\2>)"
)
CHEMIN = re.compile(rb"<x15ac:absPath[^>]*/>|<fileSharing[^>]*/>")
IMPRIMANTE = re.compile(
    rb'(<config:config-item config:name="Printer(?:Name|Setup)"[^>]*>)[^<]*(</config:config-item>)'
)
IMAGES = (".jpg", ".jpeg", ".png")
DATE = (1980, 1, 1, 0, 0, 0)


def depouiller(contenu: bytes, extension: str) -> bytes:
    """The same document without its traces. Raises `Illisible` if it would not open any more."""
    if extension == "pdf":
        depouille = _pdf(contenu)
    elif extension in ("docx", "xlsx"):
        depouille = _paquet(contenu, _partie_office)
    elif extension in ("odt", "ods"):
        depouille = _paquet(contenu, _partie_odf)
    else:
        depouille = depouiller_une_image(contenu)
    nature(depouille)
    return depouille


def _pdf(contenu: bytes) -> bytes:
    sortie = BytesIO()
    with pdf.ouvrir(contenu) as document:
        utiles = _xmp_utile(document)
        titre = document.docinfo.get("/Title")
        for cle in list(document.docinfo.keys()):
            del document.docinfo[cle]
        if titre is not None:
            document.docinfo["/Title"] = titre
        for objet in document.objects:
            _depouiller_un_objet(objet)
        _retirer_les_fichiers_joints(document.Root)
        if utiles:
            with document.open_metadata(
                set_pikepdf_as_editor=False, update_docinfo=False
            ) as metadonnees:
                for cle, valeur in utiles.items():
                    metadonnees[cle] = valeur
        document.save(sortie)
    return sortie.getvalue()


def _xmp_utile(document: pikepdf.Pdf) -> dict[str, str]:
    try:
        with document.open_metadata() as metadonnees:
            return {cle: str(metadonnees[cle]) for cle in XMP_UTILES if cle in metadonnees}
    except (ValueError, KeyError, TypeError):
        return {}


def _depouiller_un_objet(objet: pikepdf.Object) -> None:
    """An object of the document: its description, the author of a note, the place of a photo."""
    dictionnaire = objet.stream_dict if isinstance(objet, pikepdf.Stream) else objet
    if not isinstance(dictionnaire, pikepdf.Dictionary):
        return
    for cle in ("/Metadata", "/PieceInfo", "/LastModified"):
        if cle in dictionnaire:
            del dictionnaire[cle]
    genre = dictionnaire.get("/Subtype")
    if isinstance(genre, pikepdf.Name) and str(genre) in NOTES and "/T" in dictionnaire:
        del dictionnaire["/T"]
    if isinstance(objet, pikepdf.Stream) and dictionnaire.get("/Filter") == "/DCTDecode":
        try:
            image = depouiller_une_image(objet.read_raw_bytes())
        except Illisible:
            return  # drawn as it is by the readers; it is not ours to judge inside a page
        decodage = dictionnaire.get("/DecodeParms")
        if not isinstance(decodage, pikepdf.Dictionary):
            decodage = None
        objet.write(image, filter=pikepdf.Name("/DCTDecode"), decode_parms=decodage)


def _retirer_les_fichiers_joints(catalogue: pikepdf.Object) -> None:
    if "/AF" in catalogue:
        del catalogue["/AF"]
    noms = catalogue.get("/Names")
    if isinstance(noms, pikepdf.Dictionary) and "/EmbeddedFiles" in noms:
        del noms["/EmbeddedFiles"]


def _paquet(contenu: bytes, partie: Callable[[str, bytes], bytes]) -> bytes:
    """The same entries in the same order, each without its traces, all of the same date."""
    sortie = BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        for nom, octets in Paquet(contenu, Budget()).parties.items():
            entree = zipfile.ZipInfo(nom, DATE)
            entree.compress_type = zipfile.ZIP_DEFLATED
            if nom == "mimetype":
                entree.compress_type = zipfile.ZIP_STORED
            archive.writestr(entree, _image(nom, partie(nom, octets)))
    return sortie.getvalue()


def _image(nom: str, octets: bytes) -> bytes:
    """A photo inside a document says its place too."""
    if not nom.lower().endswith(IMAGES):
        return octets
    try:
        return depouiller_une_image(octets)
    except Illisible:
        return octets


def _partie_office(nom: str, octets: bytes) -> bytes:
    if NOYAU_DIT.search(octets[:2000]):
        return NOYAU.format(escape(_titre(octets))).encode()
    if nom == "docProps/app.xml":
        return PROPRIETES % b"extended"
    if nom == "docProps/custom.xml":
        return PROPRIETES % b"custom"
    if nom == "word/people.xml":
        return PERSONNES
    if nom == "xl/workbook.xml":
        return CHEMIN.sub(b"", octets)
    if nom.startswith("xl/persons/"):
        return PERSONNES_D_UN_CLASSEUR.sub(rb"\1\2", octets)
    return AUTEURS_OFFICE.sub(_autour, octets) if nom.endswith(".xml") else octets


def _autour(trouve: re.Match[bytes]) -> bytes:
    """What stands around the name."""
    return b"".join(morceau for morceau in trouve.groups() if morceau)


def _partie_odf(nom: str, octets: bytes) -> bytes:
    if nom == "meta.xml":
        return META.format(escape(_titre(octets))).encode()
    if nom == "settings.xml":
        return IMPRIMANTE.sub(rb"\1\2", octets)
    if nom in ("content.xml", "styles.xml"):
        return AUTEURS_ODF.sub(rb"\1\3", octets)
    return octets


def _titre(octets: bytes) -> str:
    trouve = TITRE.search(octets)
    if trouve is None:
        return ""
    texte = trouve.group(1).decode(errors="replace")
    return texte.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
