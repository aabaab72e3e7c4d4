"""PDF: opened whole, every object looked at; nothing in it acts, calls or hides a file."""

import json
import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf
from lxml import etree

from partenaires.socle.ouverture import autres
from partenaires.socle.ouverture.illisible import Illisible

DEBUT = 1024  # bytes: where a reader looks for « %PDF- »
FIN = 2048  # bytes: where it looks for « %%EOF »
# What may stand before: a BOM, blank lines, comments, and what printers or servers put there.
PREAMBULE = re.compile(
    rb"(\xef\xbb\xbf|\s|\0|%[^\r\n]*[\r\n]|\x1b%-?\d+X|@PJL[^\r\n]*[\r\n]"
    rb"|HTTP/\d[^\r\n<]*[\r\n]|[A-Za-z][\w-]*: [^\r\n<]*[\r\n])*"
)
EN_IMPRIMANT = "imprimez-le en PDF (Imprimer › Enregistrer au format PDF), puis joignez ce PDF"
PDF_COUPE = (
    "Ce PDF est incomplet : il a peut-être été coupé pendant l’envoi. Recommencez, ou "
    "enregistrez-le à nouveau."
)
PDF_ABIME = "Ce PDF est abîmé, il ne s’ouvre pas : enregistrez-le à nouveau depuis le document."
PDF_SANS_PAGE = "Ce PDF ne contient aucune page : enregistrez-le à nouveau depuis le document."
PDF_MOT_DE_PASSE = (
    "Ce PDF demande un mot de passe : enregistrez-le sans mot de passe, puis joignez-le."
)
PDF_TROP_GROS = f"Ce PDF est anormalement gros une fois ouvert : {EN_IMPRIMANT}."
PDF_ACTIF = (
    "Ce PDF contient un élément actif (script, vidéo, formulaire dynamique) ou lance autre "
    f"chose : {EN_IMPRIMANT}."
)
PDF_JOINT = (
    f"Ce PDF contient un autre fichier : retirez-le et joignez-le à part, ou {EN_IMPRIMANT}."
)
PDF_EXTERIEUR = f"Ce PDF va chercher un contenu extérieur : {EN_IMPRIMANT}."

OBJETS_MAX = 500_000
OCTETS_MAX = 200_000_000  # of drawing, once unfolded
JOINT_MAX = 2_000_000  # bytes of data that go with an invoice or with one of our receipts
PROFONDEUR_MAX = 60
# What a click may do; the first ones may also happen by themselves.
ACTES_DE_LECTURE = {"/GoTo", "/Named", "/Hide", "/SetOCGState", "/Trans", "/Thread"}
ACTES_AU_CLIC = {*ACTES_DE_LECTURE, "/URI", "/ResetForm"}
# An address on the web, a file of one's own disk, or a path; not another machine's disk.
PROTOCOLES = re.compile(
    r"(https?|mailto|tel|sms|geo|ftps?):|file:///|(?!\\\\|//)[^:]*$|[\w.-]+/", re.IGNORECASE
)
ANNOTATIONS_ACTIVES = {"/RichMedia", "/3D", "/Screen", "/Movie", "/Sound"}
# Quick look at what an object says; only an object that names one of these is read closely.
SUSPECT = re.compile(
    rb"/(A|AA|Action|OpenAction|Next|PA|JS|JavaScript|Launch|URI|XFA|EF|EmbeddedFiles?|RichMedia\w*"
    rb"|3D|Screen|Movie|Sound|Rendition|FileAttachment|Collection|F|FS|Ref|SubmitForm|ImportData"
    rb"|GoToE|GoToR)\b"
)


def commence(contenu: bytes) -> bool:
    """« %PDF- » at the beginning, or after what a printer, a server or an editor put before."""
    rang = contenu[: DEBUT + 5].find(b"%PDF-")
    return rang >= 0 and PREAMBULE.fullmatch(contenu[:rang]) is not None


def nature(contenu: bytes, nom: str) -> tuple[str, str]:
    """(extension, MIME type). Raises `Illisible`."""
    if not commence(contenu):
        raise Illisible(autres.phrase(contenu, nom))
    if b"%%EOF" not in contenu.rstrip(b"\0 \r\n\t")[-FIN:]:
        raise Illisible(PDF_COUPE)
    with ouvrir(contenu) as document:
        _examiner(document)
    return "pdf", "application/pdf"


def ouvrir(contenu: bytes) -> pikepdf.Pdf:
    """The document. Raises `Illisible`."""
    try:
        return pikepdf.open(BytesIO(contenu), suppress_warnings=True)
    except pikepdf.PasswordError as erreur:
        raise Illisible(PDF_MOT_DE_PASSE) from erreur
    except pikepdf.PdfError as erreur:
        protege = "encrypt" in str(erreur).lower()
        raise Illisible(PDF_MOT_DE_PASSE if protege else PDF_ABIME) from erreur


def _examiner(document: pikepdf.Pdf) -> None:
    try:
        if not len(document.pages):
            raise Illisible(PDF_SANS_PAGE)
        if len(document.objects) > OBJETS_MAX:
            raise Illisible(PDF_TROP_GROS)
        _refuser_un_catalogue_actif(document.Root)
        for objet in document.objects:
            _refuser_un_objet_actif(objet)
        _lire_les_pages(document)
    except (pikepdf.PdfError, RecursionError, TypeError, ValueError) as erreur:
        raise Illisible(PDF_ABIME) from erreur
    except MemoryError as erreur:
        raise Illisible(PDF_TROP_GROS) from erreur


def _lire_les_pages(document: pikepdf.Pdf) -> None:
    """What each page draws unfolds, within a bound."""
    deplie = 0
    for page in document.pages:
        for flux in _dessins(page):
            deplie += len(flux.read_bytes())
            if deplie > OCTETS_MAX:
                raise Illisible(PDF_TROP_GROS)


def _dessins(page: pikepdf.Page) -> Iterator[pikepdf.Stream]:
    dessin = page.obj.get("/Contents")
    morceaux = dessin if isinstance(dessin, pikepdf.Array) else [dessin]
    for morceau in morceaux:
        if isinstance(morceau, pikepdf.Stream):
            yield morceau


def _refuser_un_catalogue_actif(catalogue: pikepdf.Object) -> None:
    """What happens when the document opens. Raises `Illisible`."""
    if "/Collection" in catalogue:
        raise Illisible(PDF_JOINT)
    formulaire = catalogue.get("/AcroForm")
    if isinstance(formulaire, pikepdf.Dictionary) and "/XFA" in formulaire:
        raise Illisible(PDF_ACTIF)
    noms = catalogue.get("/Names")
    if isinstance(noms, pikepdf.Dictionary) and "/JavaScript" in noms:
        raise Illisible(PDF_ACTIF)


def _refuser_un_objet_actif(objet: pikepdf.Object) -> None:
    """One numbered object and what it holds directly; those it names have their own turn."""
    if isinstance(objet, pikepdf.Stream):
        dictionnaire = objet.stream_dict
        if "/F" in dictionnaire or "/FFilter" in dictionnaire:
            raise Illisible(PDF_EXTERIEUR)
        if "/Ref" in dictionnaire and dictionnaire.get("/Subtype") == "/Form":
            raise Illisible(PDF_EXTERIEUR)
        if dictionnaire.get("/Type") == "/EmbeddedFile" and not _est_une_donnee(objet):
            raise Illisible(PDF_JOINT)
        objet = dictionnaire
    if not isinstance(objet, pikepdf.Dictionary | pikepdf.Array):
        return
    if SUSPECT.search(objet.unparse(resolved=True)):
        _parcourir(objet, 0)


def _parcourir(objet: pikepdf.Object, profondeur: int) -> None:
    if profondeur > PROFONDEUR_MAX:
        raise Illisible(PDF_ABIME)
    if isinstance(objet, pikepdf.Dictionary):
        _refuser_un_dictionnaire_actif(objet)
        valeurs = [valeur for _, valeur in objet.items()]
    else:
        valeurs = list(objet)
    for valeur in valeurs:
        if isinstance(valeur, pikepdf.Dictionary | pikepdf.Array) and not valeur.is_indirect:
            _parcourir(valeur, profondeur + 1)


def _refuser_un_dictionnaire_actif(objet: pikepdf.Dictionary) -> None:
    """Raises `Illisible` for an act, a file or a call that reading does not need."""
    if "/JS" in objet or "/XFA" in objet or "/RichMediaContent" in objet:
        raise Illisible(PDF_ACTIF)
    genre = objet.get("/Subtype")
    if isinstance(genre, pikepdf.Name) and str(genre) in ANNOTATIONS_ACTIVES:
        raise Illisible(PDF_ACTIF)
    if "/EF" in objet:
        _refuser_un_fichier_joint(objet["/EF"])
    if objet.get("/FS") == "/URL":
        raise Illisible(PDF_EXTERIEUR)
    for cle in ("/A", "/PA", "/Next"):
        _refuser_les_actes(objet.get(cle), ACTES_AU_CLIC)
    _refuser_les_actes(objet.get("/OpenAction"), ACTES_DE_LECTURE)
    automatiques = objet.get("/AA")
    if isinstance(automatiques, pikepdf.Dictionary):
        for _, acte in automatiques.items():
            _refuser_les_actes(acte, ACTES_DE_LECTURE)
    if _est_un_acte(objet):  # one that stands in its own numbered object
        _refuser_les_actes(objet, ACTES_AU_CLIC)


def _est_un_acte(objet: pikepdf.Dictionary) -> bool:
    genre = objet.get("/S")
    if not isinstance(genre, pikepdf.Name):
        return False
    return objet.get("/Type") == "/Action" or str(genre) in ACTES_REFUSES


ACTES_REFUSES = {
    "/Launch",
    "/JavaScript",
    "/SubmitForm",
    "/ImportData",
    "/GoToE",
    "/GoToR",
    "/Rendition",
    "/Sound",
    "/Movie",
    "/GoTo3DView",
    "/RichMediaExecute",
    "/URI",
}


def _refuser_les_actes(acte: pikepdf.Object | None, permis: set[str]) -> None:
    """An act, or several; a destination in the document is not one. Raises `Illisible`."""
    if isinstance(acte, pikepdf.Array):
        for un in acte:
            if isinstance(un, pikepdf.Dictionary):
                _refuser_les_actes(un, permis)
        return
    if not isinstance(acte, pikepdf.Dictionary) or "/S" not in acte:
        return
    if str(acte["/S"]) not in permis:
        raise Illisible(PDF_ACTIF)
    if "/URI" in acte and not PROTOCOLES.match(str(acte["/URI"])):
        raise Illisible(PDF_EXTERIEUR)
    if permis == ACTES_DE_LECTURE:
        _refuser_les_actes(acte.get("/Next"), permis)


def _refuser_un_fichier_joint(joints: pikepdf.Object) -> None:
    """Only data that goes with the page: an invoice (Factur-X), one of our own receipts."""
    if not isinstance(joints, pikepdf.Dictionary):
        raise Illisible(PDF_JOINT)
    for _, flux in joints.items():
        if not isinstance(flux, pikepdf.Stream) or not _est_une_donnee(flux):
            raise Illisible(PDF_JOINT)


def _est_une_donnee(flux: pikepdf.Stream) -> bool:
    """XML or JSON, whole and small."""
    contenu = flux.read_bytes()
    if len(contenu) > JOINT_MAX:
        return False
    try:
        json.loads(contenu)
    except ValueError:
        return _est_du_xml(contenu)
    return True


def _est_du_xml(contenu: bytes) -> bool:
    analyseur = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        racine = etree.fromstring(contenu, analyseur)
    except etree.XMLSyntaxError:
        return False
    nom = etree.QName(racine).localname.lower()
    return racine.getroottree().docinfo.internalDTD is None and nom not in ("html", "svg")
