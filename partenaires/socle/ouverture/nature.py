"""What a file is, told by what it holds: opened with the library of its kind, or refused."""

from collections.abc import Callable

from partenaires.socle.ouverture import autres
from partenaires.socle.ouverture.illisible import Illisible

Nature = tuple[str, str]  # extension, MIME type
IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
ZIP = b"PK\x03\x04"


def nature(contenu: bytes, nom: str = "") -> Nature:
    """(extension, MIME type). Raises `Illisible`, with how to mend this very kind."""
    return ouvreur(contenu)(contenu, nom)


def ouvreur(contenu: bytes) -> Callable[[bytes, str], Nature]:
    """Who opens this kind of file. Its library is loaded here, before the process is bounded, and
    alone: half of the time of a small file goes to loading.
    """
    if contenu.startswith(IMAGES):
        from partenaires.socle.ouverture import images

        return images.nature
    if contenu.startswith(ZIP):
        from partenaires.socle.ouverture import paquets

        return paquets.nature
    if b"%PDF-" in contenu[:2048]:
        from partenaires.socle.ouverture import pdf

        return pdf.nature
    return _nature_refusee


def _nature_refusee(contenu: bytes, nom: str) -> Nature:
    raise Illisible(autres.phrase(contenu, nom))
