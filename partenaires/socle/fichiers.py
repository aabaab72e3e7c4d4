"""Files given by people: kind decided by content, name cleaned, fingerprint taken."""

import hashlib
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from partenaires.socle import antivirus
from quartiers.francais import nombre

ACCEPTES = "PDF, JPEG, PNG, Word (DOCX), Excel (XLSX), OpenDocument (ODT, ODS)"
ACCEPT = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.odt,.ods"
PIXELS_MAX = 100_000_000
IMAGE_COUPEE = (
    "Cette image est incomplète : elle a peut-être été coupée pendant l’envoi. Recommencez."
)
PLUS_DE_PLACE = "Le fichier n’a pas pu être enregistré : réessayez dans quelques minutes."
GONFLEMENT_MAX = 200_000_000  # bytes, once a ZIP-based document is unfolded
OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": ("odt", "application/vnd.oasis.opendocument.text"),
    b"application/vnd.oasis.opendocument.spreadsheet": (
        "ods",
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
}
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


class FichierRefuse(ValueError):
    """The file cannot be kept; the message is the sentence to show."""


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
    """Judge a content now. Raises `FichierRefuse` when the antivirus refuses it, or does not
    answer.
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
    raise FichierRefuse(f"Ce fichier n’est pas d’un type accepté. Types acceptés : {ACCEPTES}.")


def _nature_du_png(contenu: bytes) -> tuple[str, str]:
    """A whole image, of a size that a screen can open."""
    if b"IEND" not in contenu[-64:] or len(contenu) < 33:
        raise FichierRefuse(IMAGE_COUPEE)
    largeur, hauteur = int.from_bytes(contenu[16:20]), int.from_bytes(contenu[20:24])
    if largeur * hauteur > PIXELS_MAX:
        raise FichierRefuse(
            "Cette image est trop grande pour être ouverte : enregistrez-la plus petite ou en PDF."
        )
    return "png", "image/png"


def _nature_du_zip(contenu: bytes) -> tuple[str, str]:
    """Office and OpenDocument files without macros; every other ZIP is refused."""
    from io import BytesIO

    try:
        with zipfile.ZipFile(BytesIO(contenu)) as archive:
            infos = archive.infolist()
            noms = {info.filename for info in infos}
            if sum(info.file_size for info in infos) > GONFLEMENT_MAX or len(infos) > 5000:
                raise FichierRefuse(
                    "Ce document est anormalement gros une fois ouvert : enregistrez-le en PDF."
                )
            if any("vbaproject" in nom.lower() or nom.startswith("Basic/") for nom in noms):
                raise FichierRefuse(
                    "Ce document contient des macros : enregistrez-le sans macro ou en PDF."
                )
            if any(
                PurePosixPath(nom).is_absolute() or ".." in PurePosixPath(nom).parts for nom in noms
            ):
                raise FichierRefuse("Ce document est abîmé : enregistrez-le à nouveau, ou en PDF.")
            if "word/_rels/settings.xml.rels" in noms and b"attachedTemplate" in archive.open(
                "word/_rels/settings.xml.rels"
            ).read(100_000):
                raise FichierRefuse(
                    "Ce document appelle un modèle extérieur : enregistrez-le en PDF."
                )
            for temoin, resultat in OFFICE.items():
                if temoin in noms and "[Content_Types].xml" in noms:
                    return resultat
            if "mimetype" in noms and archive.getinfo("mimetype").file_size < 100:
                if resultat := OPEN_DOCUMENT.get(archive.read("mimetype").strip()):
                    return resultat
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as erreur:
        raise FichierRefuse(
            "Ce document est abîmé : enregistrez-le à nouveau, ou en PDF."
        ) from erreur
    raise FichierRefuse(f"Ce fichier n’est pas d’un type accepté. Types acceptés : {ACCEPTES}.")


def nom_propre(nom: str | None, extension: str) -> str:
    """A name safe everywhere, at most 100 characters, whose extension tells the real kind."""
    base = PurePosixPath((nom or "").replace("\\", "/")).name
    base = unicodedata.normalize("NFC", base)
    base = "".join(c for c in base if unicodedata.category(c)[0] not in "CZ" or c == " ")
    base = re.sub(r"[^\w .()'’-]", "_", base).strip(" .")
    tronc = re.sub(r"(\.[A-Za-z0-9]{1,5})+$", "", base)[:90].strip(" .") or "document"
    return f"{tronc}.{extension}"
