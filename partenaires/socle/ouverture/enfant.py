"""The child process that opens one file: no Django, no network, bounded in memory and in time.

Reads a JSON order on a line of stdin, then the bytes; writes its answer on a line of stdout, then
the bytes once stripped when they were asked. Forked from a parent that has loaded the libraries
(`partenaires.socle.pepiniere`); never imported by `partenaires.socle.lecteur`, which orders.
"""

import codecs
import json
import resource
import sys

from partenaires.socle.ouverture.depouillement import depouiller
from partenaires.socle.ouverture.illisible import Illisible
from partenaires.socle.ouverture.nature import ouvreur

# What PDF, archives and Office documents are written in. Python reads an alphabet from the disk at
# its first use: after the bounds, an honest file would be refused for it.
ALPHABETS = (
    "cp1252",
    "cp437",
    "latin_1",
    "mac_roman",
    "utf_16",
    "utf_16_be",
    "utf_16_le",
    "utf_32",
)
DESCRIPTEURS = 3  # stdin, stdout, stderr: no file, no socket can be opened any more
# How a PDF says that it is encrypted in AES-256, as Acrobat protects against changes: to read it,
# qpdf opens /dev/urandom, one descriptor more. Banks and firms protect their papers so.
AES_256 = b"/AESV3"


def prechauffer() -> None:
    """What the parent loads once; nothing is read from the disk after the bounds of a child."""
    from PIL import Image

    from partenaires.socle.ouverture import images, paquets, pdf  # noqa: F401

    Image.init()
    for alphabet in ALPHABETS:
        codecs.lookup(alphabet)


def principal() -> None:
    """Bound the process, then open what is given."""
    commande = json.loads(sys.stdin.buffer.readline())
    contenu = sys.stdin.buffer.read()
    ouvrir = ouvreur(contenu)
    descripteurs = DESCRIPTEURS + (AES_256 in contenu)
    _se_borner(commande["memoire"], commande["calcul"], descripteurs)
    try:
        extension, mime = ouvrir(contenu, commande["nom"])
        depouille = depouiller(contenu, extension) if commande["depouiller"] else b""
    except Illisible as refus:
        _repondre({"refus": refus.phrase})
        return
    _repondre({"extension": extension, "mime": mime}, depouille)


def _se_borner(memoire: int, calcul: int, descripteurs: int = DESCRIPTEURS) -> None:
    """Bytes, seconds of processor, descriptors: neither file nor network."""
    resource.setrlimit(resource.RLIMIT_AS, (memoire, memoire))
    resource.setrlimit(resource.RLIMIT_CPU, (calcul, calcul + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (descripteurs, descripteurs))


def _repondre(reponse: dict[str, str], contenu: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(reponse).encode() + b"\n" + contenu)
