"""Files given by people: kind decided by content, name cleaned, fingerprint taken."""

import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from partenaires.socle import antivirus
from partenaires.socle.refus import Refus
from quartiers.francais import nombre

ACCEPTES = "PDF, JPEG, PNG, Word (DOCX), Excel (XLSX), OpenDocument (ODT, ODS)"
AUTRE_TYPE = f"Ce fichier n’est pas d’un type accepté. Types acceptés : {ACCEPTES}."
ACCEPT = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.odt,.ods"
PIXELS_MAX = 100_000_000
IMAGE_COUPEE = (
    "Cette image est incomplète : elle a peut-être été coupée pendant l’envoi. Recommencez."
)
DOCUMENT_ABIME = "Ce document est abîmé : enregistrez-le à nouveau, ou en PDF."
PLUS_DE_PLACE = "Le fichier n’a pas pu être enregistré : réessayez dans quelques minutes."
ENTREES_MAX = 5000  # files inside a ZIP-based document
GONFLEMENT_MAX = 200_000_000  # bytes, once a ZIP-based document is unfolded
OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": ("odt", "application/vnd.oasis.opendocument.text"),
    b"application/vnd.oasis.opendocument.spreadsheet": (
        "ods",
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
}
REGLAGES_WORD = "word/_rels/settings.xml.rels"
OFFICE = {
    "word/document.xml": (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xl/workbook.xml": (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}


class FichierRefuse(Refus):
    """The file cannot be kept."""


class PlusDePlace(Refus):
    """The storage did not take the file."""

    phrase = PLUS_DE_PLACE


@contextmanager
def s_il_se_garde(champ: str | None = None) -> Iterator[None]:
    """Storage that fails inside is said to the person: raises `PlusDePlace`, on this field."""
    try:
        yield
    except OSError as erreur:
        raise PlusDePlace(champ=champ) from erreur


@dataclass(frozen=True)
class Fichier:
    """What we know of an accepted file."""

    nom: str
    mime: str
    taille: int  # bytes
    sha256: str
    contenu: bytes


def taille_max() -> str:
    """« 10 Mo »."""
    return f"{nombre(settings.TAILLE_MAX_PIECE // 1_000_000)}\u00a0Mo"


def controler(recu: UploadedFile) -> Fichier:
    """Read the file whole (it is bounded) and accept it, or raise `FichierRefuse`."""
    if recu.size > settings.TAILLE_MAX_PIECE:
        raise FichierRefuse(
            f"Le fichier dépasse {taille_max()} : réduisez-le ou scannez-le en noir et blanc."
        )
    if not recu.size:
        raise FichierRefuse("Le fichier est vide : choisissez-le à nouveau.")
    contenu = recu.read()
    extension, mime = nature(contenu)
    return Fichier(
        nom=nom_propre(recu.name, extension),
        mime=mime,
        taille=len(contenu),
        sha256=hashlib.sha256(contenu).hexdigest(),
        contenu=contenu,
    )


def exiger_sain(contenu: bytes) -> None:
    """Judge a content now.

    Raises `FichierRefuse` when the antivirus refuses it, or does not answer.
    """
    if not antivirus.est_configure():
        return
    try:
        signature = antivirus.signature_de(contenu)
    except antivirus.AntivirusAbsent as absent:
        raise FichierRefuse(
            "L’antivirus ne répond pas : le fichier n’est pas gardé. Réessayez plus tard."
        ) from absent
    if signature:
        raise FichierRefuse(f"L’antivirus a refusé ce fichier ({signature}).")


def nature(contenu: bytes) -> tuple[str, str]:
    """(extension, MIME type) told by the bytes; raises `FichierRefuse` for anything else."""
    if contenu.startswith(b"%PDF-"):
        if b"%%EOF" not in contenu[-2048:]:
            raise FichierRefuse(
                "Ce PDF est incomplet : il a peut-être été coupé pendant l’envoi. Recommencez."
            )
        return "pdf", "application/pdf"
    if contenu.startswith(b"\xff\xd8\xff"):
        if b"\xff\xd9" not in contenu:
            raise FichierRefuse(IMAGE_COUPEE)
        return "jpg", "image/jpeg"
    if contenu.startswith(b"\x89PNG\r\n\x1a\n"):
        return _nature_du_png(contenu)
    if contenu.startswith(b"PK\x03\x04"):
        return _nature_du_zip(contenu)
    raise FichierRefuse(AUTRE_TYPE)


def _nature_du_png(contenu: bytes) -> tuple[str, str]:
    """A whole image, of a size that a screen can open."""
    if b"IEND" not in contenu[-64:] or len(contenu) < 33:
        raise FichierRefuse(IMAGE_COUPEE)
    largeur = int.from_bytes(contenu[16:20])
    hauteur = int.from_bytes(contenu[20:24])
    if largeur * hauteur > PIXELS_MAX:
        raise FichierRefuse(
            "Cette image est trop grande pour être ouverte : enregistrez-la plus petite ou en PDF."
        )
    return "png", "image/png"


def _nature_du_zip(contenu: bytes) -> tuple[str, str]:
    """Office and OpenDocument files without macros; every other ZIP is refused."""
    try:
        with zipfile.ZipFile(BytesIO(contenu)) as archive:
            _refuser_un_zip_dangereux(archive)
            trouvee = _nature_bureautique(archive)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as erreur:
        raise FichierRefuse(DOCUMENT_ABIME) from erreur
    if trouvee is None:
        raise FichierRefuse(AUTRE_TYPE)
    return trouvee


def _refuser_un_zip_dangereux(archive: zipfile.ZipFile) -> None:
    """Raises `FichierRefuse`: a bomb, macros, names that leave their folder, an outer template."""
    entrees = archive.infolist()
    noms = {entree.filename for entree in entrees}
    deplie = sum(entree.file_size for entree in entrees)
    if deplie > GONFLEMENT_MAX or len(entrees) > ENTREES_MAX:
        raise FichierRefuse(
            "Ce document est anormalement gros une fois ouvert : enregistrez-le en PDF."
        )
    if any(_est_une_macro(nom) for nom in noms):
        raise FichierRefuse(
            "Ce document contient des macros : enregistrez-le sans macro ou en PDF."
        )
    if any(_sort_du_dossier(nom) for nom in noms):
        raise FichierRefuse(DOCUMENT_ABIME)
    if REGLAGES_WORD in noms:
        reglages = archive.open(REGLAGES_WORD).read(100_000)
        if b"attachedTemplate" in reglages:
            raise FichierRefuse("Ce document appelle un modèle extérieur : enregistrez-le en PDF.")


def _est_une_macro(nom: str) -> bool:
    return "vbaproject" in nom.lower() or nom.startswith("Basic/")


def _sort_du_dossier(nom: str) -> bool:
    chemin = PurePosixPath(nom)
    return chemin.is_absolute() or ".." in chemin.parts


def _nature_bureautique(archive: zipfile.ZipFile) -> tuple[str, str] | None:
    """(extension, MIME type) of an Office or OpenDocument file; None for any other."""
    noms = set(archive.namelist())
    if "[Content_Types].xml" in noms:
        for temoin, trouvee in OFFICE.items():
            if temoin in noms:
                return trouvee
    if "mimetype" in noms and archive.getinfo("mimetype").file_size < 100:
        return OPEN_DOCUMENT.get(archive.read("mimetype").strip())
    return None


def nom_propre(nom: str | None, extension: str) -> str:
    """A name safe everywhere, at most 100 characters, whose extension tells the real kind."""
    base = PurePosixPath((nom or "").replace("\\", "/")).name
    base = unicodedata.normalize("NFC", base)
    base = "".join(lettre for lettre in base if _se_lit(lettre))
    base = re.sub(r"[^\w .()'’-]", "_", base).strip(" .")
    tronc = re.sub(r"(\.[A-Za-z0-9]{1,5})+$", "", base)[:90].strip(" .") or "document"
    return f"{tronc}.{extension}"


def _se_lit(lettre: str) -> bool:
    """Neither a control, nor a white space other than the plain one."""
    return lettre == " " or unicodedata.category(lettre)[0] not in "CZ"
