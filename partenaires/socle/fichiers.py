"""Files given by people: opened in a child process, name cleaned, fingerprint taken."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from partenaires.socle import antivirus, lecteur
from partenaires.socle.lecteur import OCCUPE, FichierRefuse
from partenaires.socle.noms import nom_propre
from partenaires.socle.ouverture.autres import ACCEPTES
from partenaires.socle.refus import Refus
from quartiers.francais import poids

__all__ = ["ACCEPTES", "OCCUPE", "FichierRefuse"]
ACCEPT = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.odt,.ods"
PLUS_DE_PLACE = "Le fichier n’a pas pu être enregistré : réessayez dans quelques minutes."


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
    return poids(settings.TAILLE_MAX_PIECE)


def controler(recu: UploadedFile, *, publie: bool = False) -> Fichier:
    """Read the file whole (it is bounded) and accept it, or raise `FichierRefuse`.

    `publie`: everybody will read it; what it says of its author and of its place is taken out.
    """
    if (recu.size or 0) > settings.TAILLE_MAX_PIECE:
        raise FichierRefuse(
            f"Le fichier dépasse {taille_max()} : réduisez-le ou scannez-le en noir et blanc."
        )
    if not recu.size:
        raise FichierRefuse("Le fichier est vide : choisissez-le à nouveau.")
    contenu = recu.read()
    if publie:
        exiger_sain(contenu)  # what is taken out of it is judged too
    ouvert = lecteur.ouvrir(contenu, recu.name or "", depouiller=publie)
    nom = nom_propre(recu.name, ouvert.extension)
    return decrire(nom, ouvert.mime, ouvert.depouille if publie else contenu)


def decrire(nom: str, mime: str, contenu: bytes) -> Fichier:
    """A file that is known to be what it says: opened, or made by us."""
    return Fichier(
        nom=nom,
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
        raise lecteur.Occupe(
            "L’antivirus ne répond pas : le fichier n’est pas gardé. Réessayez plus tard."
        ) from absent
    if signature:
        raise FichierRefuse(f"L’antivirus a refusé ce fichier ({signature}).")
