"""Public pages are made once a parution, then served from memory, and not sent twice to the same
visitor.
"""

import gzip
import hashlib
from datetime import datetime
from functools import wraps

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from appels.models import Appel
from appels.models.appel import le_plus_actuel
from quartiers import horloge
from quartiers.memoire import Garde

REQUETE_MAX = 300  # characters of a query string: longer ones are served, not kept
appels_publies = Garde(lambda: list(Appel.objects.publies())).lire
DEMARRE_LE = horloge.maintenant()  # a new release may say the same things otherwise


def page_publique(vue):
    """A page that says the same thing to every visitor who is not signed in.

    It depends on the parution, on what the clock does to the call, and on its address; nothing
    else. Answers 304 to a visitor who has it already.
    """

    @require_safe
    @wraps(vue)
    def servie(request, **parametres):
        request.appel_a_la_une = le_plus_actuel(appels_publies(request.parution), request.recu_le)
        if not est_pour_tous(request):
            return vue(request, **parametres)
        change_le = derniere_modification(request)
        cle = _cle(request, change_le)
        if (gardee := caches["pages"].get(cle)) is None:
            reponse = vue(request, **parametres)
            if (
                reponse.status_code != 200
                or reponse.streaming
                or reponse.has_header("Cache-Control")
            ):
                return reponse
            gardee = _garder(cle, request, reponse)
        return _servir(request, gardee, change_le)

    return servie


def est_pour_tous(request) -> bool:
    """False for somebody signed in, or who was a moment ago (a message may wait), and for odd
    addresses.
    """
    return (
        settings.SESSION_COOKIE_NAME not in request.COOKIES
        and len(request.META.get("QUERY_STRING", "")) <= REQUETE_MAX
    )


def derniere_modification(request) -> datetime:
    """The last instant when public pages changed: a publication, a date of the call, a release."""
    appel = request.appel_a_la_une
    horloge = appel.dernier_changement(request.recu_le) if appel else None
    return max(instant for instant in (request.parution.le, horloge, DEMARRE_LE) if instant)


def _cle(request, change_le: datetime) -> str:
    adresse = (
        f"{request.parution.numero} {change_le.timestamp()} {accepte_gzip(request)} "
        f"{request.scheme} {request.get_host()} {request.get_full_path()}"
    )
    return hashlib.sha256(adresse.encode()).hexdigest()


def _garder(cle: str, request, reponse: HttpResponse) -> dict:
    """The body as this visitor accepts it, with the fingerprint of its words."""
    corps = reponse.content
    gardee = {
        "corps": gzip.compress(corps, 6, mtime=0) if accepte_gzip(request) else corps,
        "entetes": {
            nom: reponse.headers[nom]
            for nom in ("Content-Type", "Content-Disposition")
            if nom in reponse.headers
        },
    }
    gardee["entetes"]["ETag"] = f'W/"{hashlib.sha256(corps).hexdigest()[:24]}"'
    gardee["entetes"] |= {"Cache-Control": "no-cache", "Vary": "Cookie, Accept-Encoding"}
    if accepte_gzip(request):
        gardee["entetes"]["Content-Encoding"] = "gzip"
    caches["pages"].set(cle, gardee)
    return gardee


def _servir(request, gardee: dict, change_le: datetime) -> HttpResponse:
    seconde = int(change_le.timestamp())
    reponse = HttpResponse(
        gardee["corps"], headers={**gardee["entetes"], "Last-Modified": http_date(seconde)}
    )
    return get_conditional_response(request, gardee["entetes"]["ETag"], seconde, reponse)


def accepte_gzip(request) -> bool:
    return "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
