"""Encryption at rest of bank data (MultiFernet): the newest key first, the old ones still read."""

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _coffre() -> MultiFernet:
    return MultiFernet([Fernet(cle) for cle in settings.CLES_CHIFFREMENT])


def chiffrer(clair: bytes) -> bytes:
    return _coffre().encrypt(clair)


def dechiffrer(chiffre: bytes) -> bytes:
    """Raises `cryptography.fernet.InvalidToken` when no key opens it."""
    return _coffre().decrypt(bytes(chiffre))
