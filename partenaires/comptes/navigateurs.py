"""A browser already known: it once opened this account, and what others try does not shut it out.

A signed cookie says which accounts, each with a mark of its password: changed, the browsers that
knew the old one are unknown again. It opens nothing by itself: it only counts tries apart.
"""

from secrets import token_hex

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare

from partenaires.models import Utilisateur

SEL = "partenaires.comptes.navigateurs"
DUREE = 395 * 86400  # seconds: thirteen months
COMPTES_MAX = 10  # of one browser, the latest ones: a shared computer


def _lu(request: HttpRequest) -> dict:
    """What the cookie says; empty when there is none, or when it is not ours."""
    try:
        return signing.loads(
            request.COOKIES.get(settings.NAVIGATEUR_COOKIE_NAME, ""), salt=SEL, max_age=DUREE
        )
    except signing.BadSignature:
        return {}


def _marque(utilisateur: Utilisateur) -> str:
    return utilisateur.get_session_auth_hash()[:16]


def identifiant(request: HttpRequest, utilisateur: Utilisateur) -> str:
    """Which known browser of this account asks; empty when it is not known."""
    lu = _lu(request)
    marque = lu.get("comptes", {}).get(str(utilisateur.pk), "")
    if constant_time_compare(marque, _marque(utilisateur)):
        return lu["navigateur"]
    if request.user == utilisateur:
        return f"session-{request.session.session_key}"
    return ""


def reconnaitre(request: HttpRequest, utilisateur: Utilisateur) -> None:
    """From the answer to this request on, this browser is known of the account."""
    lu = _lu(request)
    comptes = lu.get("comptes", {})
    comptes.pop(str(utilisateur.pk), None)
    comptes[str(utilisateur.pk)] = _marque(utilisateur)
    garde = dict(list(comptes.items())[-COMPTES_MAX:])
    request.navigateur_connu = {  # type: ignore[attr-defined]
        "navigateur": lu.get("navigateur") or token_hex(16),
        "comptes": garde,
    }


def marquer(request: HttpRequest, reponse: HttpResponseBase) -> None:
    """Write the cookie, when the request made this browser known."""
    connu = getattr(request, "navigateur_connu", None)
    if connu:
        reponse.set_cookie(
            settings.NAVIGATEUR_COOKIE_NAME,
            signing.dumps(connu, salt=SEL),
            max_age=DUREE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
