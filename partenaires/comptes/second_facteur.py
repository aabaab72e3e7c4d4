"""A code of the second factor: counted, then used once."""

import hashlib

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from partenaires.comptes import connexions, essais
from partenaires.models import DernierCode, Utilisateur
from partenaires.models.connexion import Evenement

DEJA_SERVI = "Ce code a déjà servi : attendez que l’application en donne un autre."
TROP = "Trop d’essais. Attendez cinq minutes, puis recommencez."


def ouvrir(request: HttpRequest, utilisateur: Utilisateur, code: str) -> Authenticator:
    """The means that this code opens; raises `ValidationError` with its sentence."""
    essai = essais.compter(request, "essai_code", str(utilisateur.pk), utilisateur)
    if not essai:
        raise ValidationError(TROP)
    moyens = Authenticator.objects.filter(user=utilisateur)
    for moyen in moyens.exclude(type=Authenticator.Type.WEBAUTHN):
        if _ouvre(moyen, utilisateur, code):
            essai.rollback()
            return moyen
    connexions.inscrire(request, Evenement.CODE_REFUSE, utilisateur)
    raise get_adapter().validation_error("incorrect_code")


def _ouvre(moyen: Authenticator, utilisateur: Utilisateur, code: str) -> bool:
    if moyen.type != Authenticator.Type.TOTP:
        return moyen.wrap().validate_code(code)  # the codes kept for a lost telephone
    secret = decrypt(moyen.data["secret"])
    pas = demi_minute(secret, code)
    if pas is None:
        return False
    employer(utilisateur, secret, pas)
    return True


def demi_minute(secret: str, code: str) -> int | None:
    """Which half-minute, of those that the tolerance lets in, gives this code; None for none."""
    for pas in totp.yield_hotp_counters_from_time():
        attendu = totp.format_hotp_value(totp.hotp_value(secret, pas))
        if totp.compare_user_code(actual=code, expected=attendu):
            return pas
    return None


def employer(utilisateur: Utilisateur, secret: str, pas: int) -> None:
    """Mark the code as used; raises `ValidationError` when it, or a later one, already was."""
    if not DernierCode.employer(utilisateur, empreinte(secret), pas):
        raise ValidationError(DEJA_SERVI)


def empreinte(secret: str) -> str:
    """What names a secret without telling it."""
    return hashlib.sha256(secret.encode()).hexdigest()
