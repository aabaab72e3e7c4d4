"""Files of a kind that is not accepted: what each is, and how to make of it one that is."""

import re

from partenaires.socle.ouverture.illisible import EN_PDF, LA_EN_PDF, LES_EN_PDF, MOT_DE_PASSE

ACCEPTES = "PDF, JPEG, PNG, Word (DOCX), Excel (XLSX), OpenDocument (ODT, ODS)"
AUTRE_TYPE = f"Ce fichier n’est pas d’un type accepté. Types acceptés : {ACCEPTES}."

HEIC = (
    "Les photos HEIC d’un iPhone ne s’ouvrent pas partout : exportez-la en JPEG, ou réglez "
    "l’appareil sur « Le plus compatible » (Réglages › Appareil photo › Formats)."
)
IMAGE = "Ce format d’image ne s’ouvre pas partout : enregistrez-la en JPEG ou en PNG."
VIDEO = "Une vidéo ne se joint pas : publiez-la en ligne et donnez son adresse dans le texte."
SON = "Un enregistrement sonore ne se joint pas : écrivez l’essentiel dans le texte."
LOT = "Une archive (ZIP, RAR, 7z…) ne se joint pas : ouvrez-la et joignez chaque fichier à part."
APPLE = {
    "pages": "Un document Pages ne s’ouvre pas partout : Fichier › Exporter vers › PDF ou Word.",
    "numbers": "Un tableau Numbers ne s’ouvre pas partout : Fichier › Exporter vers › Excel.",
    "key": "Une présentation Keynote ne s’ouvre pas partout : Fichier › Exporter vers › PDF.",
}
APPLE_INCONNU = (
    "Un document Pages, Numbers ou Keynote ne s’ouvre pas partout : Fichier › Exporter vers › PDF."
)
ANCIEN_WORD = (
    "Ce document est dans l’ancien format de Word (DOC) : enregistrez-le en DOCX ou en PDF."
)
ANCIEN_EXCEL = (
    "Ce tableau est dans l’ancien format d’Excel (XLS) : enregistrez-le en XLSX ou en PDF."
)
PRESENTATION = f"Une présentation (PPT) ne se joint pas telle quelle : {LA_EN_PDF}."
COURRIEL = "Un courriel ne se joint pas tel quel : imprimez-le en PDF, puis joignez ce PDF."
TEXTE = (
    "Un fichier texte (TXT, CSV, RTF, HTML) ne se joint pas tel quel : ouvrez-le dans un "
    f"traitement de texte ou un tableur, puis {EN_PDF}."
)
PAGE_WEB = "Une page web ne se joint pas telle quelle : imprimez-la en PDF, puis joignez ce PDF."
PLAT = "Ce document OpenDocument est à plat (FODT, FODS) : enregistrez-le en ODT, en ODS ou en PDF."
LIVRE = f"Un livre numérique (EPUB) ne se joint pas tel quel : {EN_PDF}."
IMPRESSION = f"Un fichier d’impression (PostScript, XPS) ne se joint pas tel quel : {EN_PDF}."
RACCOURCI = (
    "C’est un raccourci, pas le document : ouvrez-le, téléchargez ou enregistrez le document, puis "
    "joignez-le."
)
VERROU = (
    "C’est le fichier provisoire d’un document ouvert : fermez ce document, et joignez-le, lui."
)
SIGNE = (
    "Ce fichier est une enveloppe de signature (P7M, ASiC) : joignez le document signé lui-même, "
    "en PDF."
)
PROGRAMME = f"Un programme ne se joint pas. Types acceptés : {ACCEPTES}."
INACHEVE = (
    "Ce téléchargement n’est pas fini : attendez qu’il le soit, ou téléchargez le document à "
    "nouveau, puis joignez-le."
)
DE_L_ORDINATEUR = (
    "C’est un fichier que l’ordinateur range pour lui-même : choisissez le document, à côté."
)
BASE = f"Une base de données ne se joint pas : exportez le tableau, puis {EN_PDF}."
CARNET = f"Des notes OneNote ne se joignent pas telles quelles : {LES_EN_PDF}."
PLAN = f"Un plan ou un dessin de logiciel (DWG, PSD…) ne se joint pas tel quel : {EN_PDF}."

# (where, bytes, sentence): the first that matches speaks.
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"GIF8", IMAGE),
    (0, b"BM", IMAGE),
    (0, b"II*\0", IMAGE),
    (0, b"MM\0*", IMAGE),
    (0, b"\0\0\x01\0", IMAGE),
    (0, b"\0\0\0\x0cjP  ", IMAGE),
    (0, b"\0\0\0\x0cJXL ", IMAGE),
    (0, b"\xff\x0a", IMAGE),
    (0, b"AT&TFORM", IMAGE),
    (0, b"\xd7\xcd\xc6\x9a", IMAGE),
    (40, b" EMF", IMAGE),
    (8, b"WEBP", IMAGE),
    *((4, atome, VIDEO) for atome in (b"wide", b"moov", b"mdat", b"free", b"skip")),  # QuickTime
    (8, b"AVI ", VIDEO),
    (8, b"WAVE", SON),
    (0, b"\x1a\x45\xdf\xa3", VIDEO),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", VIDEO),
    (0, b"FLV", VIDEO),
    (0, b"\0\0\x01\xba", VIDEO),
    (0, b"\0\0\x01\xb3", VIDEO),
    (0, b"ID3", SON),
    (0, b"OggS", SON),
    (0, b"fLaC", SON),
    *(
        (0, b"\xff" + suite, SON)
        for suite in (b"\xfa", b"\xfb", b"\xf1", b"\xf2", b"\xf3", b"\xf9")
    ),
    (0, b"#!AMR", SON),
    (0, b"Rar!", LOT),
    (0, b"7z\xbc\xaf\x27\x1c", LOT),
    (0, b"\x1f\x8b", LOT),
    (0, b"BZh", LOT),
    (0, b"\xfd7zXZ\0", LOT),
    (0, b"PK\x05\x06", LOT),
    (257, b"ustar", LOT),
    (0, b"MSCF", LOT),
    (0, b"\x28\xb5\x2f\xfd", LOT),
    (0, b"LZIP", LOT),
    (0, b"\x1f\x9d", LOT),
    (32769, b"CD001", LOT),
    (0, b"%!PS", IMPRESSION),
    (0, b"8BPS", PLAN),
    (0, b"AC10", PLAN),
    (0, b"MZ", PROGRAMME),
    (0, b"\x7fELF", PROGRAMME),
    (0, b"#!", PROGRAMME),
    (0, b"<?php", PROGRAMME),
    (0, b"L\0\0\0\x01\x14\x02\0", RACCOURCI),
    (0, b"[InternetShortcut]", RACCOURCI),
    (0, b"bplist00", RACCOURCI),
    (0, b"\0\x05\x16\x07", VERROU),
    (0, b"-----BEGIN PKCS7", SIGNE),
    (0, b"\x78\x9f\x3e\x22", COURRIEL),  # « winmail.dat »
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", CARNET),
    (4, b"Standard Jet DB", BASE),
    (4, b"Standard ACE DB", BASE),
    (0, b"SQLite format 3", BASE),
    (0, b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5", PLAN),
    (0, b"\0\0\0\1Bud1", DE_L_ORDINATEUR),
)
# Kinds that bytes do not tell apart: the name does.
EXTENSIONS = {
    "p7m": SIGNE,
    "p7s": SIGNE,
    "eml": COURRIEL,
    "msg": COURRIEL,
    "mht": PAGE_WEB,
    "mhtml": PAGE_WEB,
    "gdoc": RACCOURCI,
    "gsheet": RACCOURCI,
    "icloud": RACCOURCI,
    "url": RACCOURCI,
    "webloc": RACCOURCI,
    "wma": SON,
    "dmg": LOT,
    "crdownload": INACHEVE,
    "part": INACHEVE,
    "download": INACHEVE,
    "opdownload": INACHEVE,
    **dict.fromkeys(("bat", "cmd", "ps1", "vbs", "js", "jse", "wsf", "sh", "py"), PROGRAMME),
    **APPLE,
}
NOMS_DE_L_ORDINATEUR = ("thumbs.db", "desktop.ini", ".ds_store")
HEIF = (
    *(b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"),
    *(b"mif1", b"msf1", b"heif"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams of the old Office files, by the name that their directory gives.
FLUX_OLE = (
    ("EncryptedPackage", MOT_DE_PASSE),
    ("WordDocument", ANCIEN_WORD),
    ("Workbook", ANCIEN_EXCEL),
    ("Book", ANCIEN_EXCEL),
    ("PowerPoint Document", PRESENTATION),
    ("__substg1.0", COURRIEL),
)
WEB = re.compile(rb"\s*<(!doctype html|html|head|body|script)", re.IGNORECASE)
SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
EN_TETE_DE_COURRIEL = re.compile(rb"(From|Return-Path|Received|Delivered-To|MIME-Version): ")


def phrase(contenu: bytes, nom: str) -> str:
    """One sentence for this very kind."""
    extension = nom.rpartition(".")[2].lower()
    if nom.lower() in NOMS_DE_L_ORDINATEUR:
        return DE_L_ORDINATEUR
    if contenu.startswith(OLE):
        return _phrase_ole(contenu)
    if contenu[4:8] == b"ftyp":
        return _phrase_mpeg4(contenu)
    if nom.startswith(("~$", ".~lock")):
        return VERROU
    if extension in EXTENSIONS:
        return EXTENSIONS[extension]
    for rang, debut, trouvee in SIGNATURES:
        if contenu[rang : rang + len(debut)] == debut:
            return trouvee
    return _phrase_texte(contenu)


def phrase_zip(parties: set[str], nom: str) -> str:
    """A ZIP that is neither Office nor OpenDocument."""
    extension = nom.rpartition(".")[2].lower()
    if any(partie.endswith(".iwa") or partie == "index.apxl" for partie in parties):
        return APPLE.get(extension, APPLE_INCONNU)
    if any(partie.startswith("META-INF/signatures") for partie in parties):
        return SIGNE
    if "META-INF/container.xml" in parties:
        return LIVRE
    if extension in APPLE:
        return APPLE[extension]
    return LOT


def _phrase_ole(contenu: bytes) -> str:
    for flux, trouvee in FLUX_OLE:
        if flux.encode("utf-16-le") in contenu:
            return trouvee
    return f"Ce document est dans un ancien format : {EN_PDF}."


def _phrase_mpeg4(contenu: bytes) -> str:
    """Pictures and films of telephones have the same envelope: its brand tells them apart."""
    marque = contenu[8:12].lower()
    if marque in HEIF:
        return HEIC
    if marque in (b"avif", b"avis", b"crx "):
        return IMAGE
    if marque.startswith(b"m4a"):
        return SON
    return VIDEO


def _phrase_texte(contenu: bytes) -> str:
    debut = contenu[:4096]
    if WEB.match(debut.removeprefix(b"\xef\xbb\xbf")):
        return PAGE_WEB
    if SVG.search(debut):
        return IMAGE
    if b"office:document" in debut and b"oasis" in debut:
        return PLAT
    if EN_TETE_DE_COURRIEL.match(debut):
        return COURRIEL
    return TEXTE if _se_lit(debut) else AUTRE_TYPE


def _se_lit(debut: bytes) -> bool:
    """Words, in one of the encodings of this country: no control character."""
    if debut.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", debut)
