"""Asks clamd, by the INSTREAM command of its protocol (`man clamd`).

No address set: no antivirus, nothing waits.
"""

import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings

MORCEAU = 64 * 1024  # bytes sent at once


class AntivirusAbsent(Exception):
    """clamd does not answer, answers too late, or says something else than a verdict."""


def est_configure() -> bool:
    return bool(settings.ANTIVIRUS_URL)


def signature_de(contenu: bytes) -> str:
    """The name of what was found, empty when clean.

    Raises `AntivirusAbsent`: no answer is never « clean ».
    """
    try:
        with _ouvrir() as prise:
            prise.sendall(b"zINSTREAM\0")
            for debut in range(0, len(contenu), MORCEAU):
                morceau = contenu[debut : debut + MORCEAU]
                prise.sendall(struct.pack(">I", len(morceau)) + morceau)
            prise.sendall(struct.pack(">I", 0))
            return _lire_le_verdict(prise)
    except OSError as erreur:
        raise AntivirusAbsent(str(erreur)) from erreur


def _ouvrir() -> socket.socket:
    """`unix:///run/clamav/clamd.ctl` or `tcp://host:3310`."""
    adresse = urlsplit(settings.ANTIVIRUS_URL)
    if adresse.scheme == "unix":
        prise = socket.socket(socket.AF_UNIX)
        prise.settimeout(settings.ANTIVIRUS_DELAI)
        prise.connect(adresse.path)
        return prise
    return socket.create_connection(
        (adresse.hostname, adresse.port or 3310), timeout=settings.ANTIVIRUS_DELAI
    )


def _lire_le_verdict(prise: socket.socket) -> str:
    """« stream: OK », « stream: Eicar FOUND »; a cut or unknown answer is no verdict."""
    reponse = b""
    while not reponse.endswith(b"\0"):
        recu = prise.recv(4096)
        if not recu or len(reponse) > 4096:
            raise AntivirusAbsent("réponse tronquée")
        reponse += recu
    texte = reponse.rstrip(b"\0").decode(errors="replace")
    if texte == "stream: OK":
        return ""
    if texte.startswith("stream: ") and texte.endswith(" FOUND"):
        return texte.removeprefix("stream: ").removesuffix(" FOUND")[:200]
    raise AntivirusAbsent(texte[:200])
