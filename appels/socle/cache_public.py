"""Public pages are made once a parution, then served from memory.

A visitor who has one already is not sent it twice.
"""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TypeGuard

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from appels.models import Appel
from appels.models.appel import le_plus_actuel
from appels.socle import pannes
from appels.socle.requete import Requete
from partenaires.models import Consultation
from quartiers import horloge
from quartiers.horloge import a_paris
from quartiers.memoire import Garde

REQUETE_MAX = 300  # characters of a query string: longer ones are served, not kept
appels_publies = Garde(lambda: list(Appel.objects.publies().avec_leurs_soutiens())).lire
consultations_publiees = Garde(lambda: list(Consultation.objects.publiees())).lire
DEMARRE_LE = horloge.maintenant()  # a new release may say the same things otherwise


VuePublique = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class PageGardee:
    """What is kept of a page: its bytes as they travel, and its headers."""

    corps: bytes
    entetes: dict[str, str]


def page_publique(vue: VuePublique) -> VuePublique:
    """A page that says the same thing to every visitor who is not signed in.

    It depends on the parution, on what the clock does to the call, and on its address; nothing
    else. Answers 304 to a visitor who has it already. It reads no parameter: see `page_qui_lit`.
    """
    return page_qui_lit()(vue)


def page_qui_lit(*noms: str, du_jour: bool = False) -> Callable[[VuePublique], VuePublique]:
    """The same, for a page that reads these parameters of its address.

    `du_jour`: it says something that the calendar changes, and is made again every day.
    """

    def decorer(vue: VuePublique) -> VuePublique:
        return _servie(vue, noms, du_jour)

    return decorer


def _servie(vue: VuePublique, noms: tuple[str, ...], du_jour: bool) -> VuePublique:
    """The view behind the memory of public pages.

    While the database is away, the last page kept answers.
    """

    @require_safe
    @wraps(vue)
    def servie(request: Requete, **parametres: str) -> HttpResponseBase:
        ne_garder_que(request, noms)
        try:
            appels = appels_publies(request.parution)
        except pannes.BASE_ABSENTE:
            gardee = _la_derniere(request)
            if gardee is None:
                raise
            return HttpResponse(gardee.corps, headers=gardee.entetes)
        request.appel_a_la_une = le_plus_actuel(appels, request.recu_le)
        if not est_pour_tous(request):
            return vue(request, **parametres)
        change_le = derniere_modification(request)
        if du_jour:
            change_le = max(change_le, minuit(request.recu_le))
        cle = _cle(request, change_le)
        gardee = caches["pages"].get(cle)
        if gardee is None:
            reponse = vue(request, **parametres)
            if not _se_garde(reponse):
                return reponse
            gardee = _garder(cle, request, reponse)
        return _servir(request, gardee, change_le)

    return servie


def ne_garder_que(request: HttpRequest, noms: tuple[str, ...]) -> None:
    """Forget the parameters that the page does not read, as if they had never been sent.

    Its links, its forms and the memory of public pages then see one address, always written in
    the same order, with one value a name.
    """
    gardes = QueryDict(mutable=True)
    for nom in noms:
        if nom in request.GET:
            gardes[nom] = request.GET[nom]
    request.GET = gardes  # type: ignore[assignment]
    request.META["QUERY_STRING"] = gardes.urlencode()


def est_pour_tous(request: Requete) -> bool:
    """False for somebody signed in, or who was a moment ago, and for odd addresses.

    A message may wait for who was signed in a moment ago.
    """
    return (
        settings.SESSION_COOKIE_NAME not in request.COOKIES
        and len(request.META.get("QUERY_STRING", "")) <= REQUETE_MAX
    )


def derniere_modification(request: Requete) -> datetime:
    """The last instant when public pages changed: a publication, a release, a date of the call or
    of a consultation, whose days are counted.
    """
    instants = [request.parution.le, DEMARRE_LE]
    for appel in appels_publies(request.parution):
        date_de_l_appel = appel.dernier_changement(request.recu_le)
        if date_de_l_appel:
            instants.append(date_de_l_appel)
    for consultation in consultations_publiees(request.parution):
        instants += consultation.dates_passees(request.recu_le)
    return max(instants)


def minuit(instant: datetime) -> datetime:
    """The beginning of this day in Paris."""
    return a_paris(instant).replace(hour=0, minute=0, second=0, microsecond=0)


def _cle(request: Requete, change_le: datetime) -> str:
    tout = f"{request.parution.numero} {change_le.timestamp()} {_adresse(request)}"
    return hashlib.sha256(tout.encode()).hexdigest()


def _adresse(request: Requete) -> str:
    """What was asked, as it is asked: it also names the key of the last page kept of it."""
    lieu = f"{request.scheme} {request.get_host()} {request.get_full_path()}"
    return hashlib.sha256(f"{accepte_gzip(request)} {lieu}".encode()).hexdigest()


def _la_derniere(request: Requete) -> PageGardee | None:
    """The last page kept of this address, while the database is away; never for who signed in."""
    cle = caches["pages"].get(_adresse(request)) if est_pour_tous(request) else None
    return caches["pages"].get(cle) if cle else None


def _se_garde(reponse: HttpResponseBase) -> TypeGuard[HttpResponse]:
    """A whole page that says nothing itself of how long it may be kept."""
    return (
        reponse.status_code == 200
        and not reponse.streaming
        and not reponse.has_header("Cache-Control")
    )


def _garder(cle: str, request: Requete, reponse: HttpResponse) -> PageGardee:
    """The body as this visitor accepts it, with the fingerprint of its words."""
    corps = reponse.content
    entetes = {
        nom: reponse.headers[nom]
        for nom in ("Content-Type", "Content-Disposition")
        if nom in reponse.headers
    }
    entetes["ETag"] = f'W/"{hashlib.sha256(corps).hexdigest()[:24]}"'
    entetes["Cache-Control"] = "no-cache"
    entetes["Vary"] = "Cookie, Accept-Encoding"
    if accepte_gzip(request):
        entetes["Content-Encoding"] = "gzip"
        corps = gzip.compress(corps, 6, mtime=0)
    gardee = PageGardee(corps, entetes)
    caches["pages"].set(cle, gardee)
    caches["pages"].set(_adresse(request), cle)
    return gardee


def _servir(request: Requete, gardee: PageGardee, change_le: datetime) -> HttpResponseBase:
    seconde = int(change_le.timestamp())
    entetes = {**gardee.entetes, "Last-Modified": http_date(seconde)}
    reponse = HttpResponse(gardee.corps, headers=entetes)
    return get_conditional_response(request, gardee.entetes["ETag"], seconde, reponse) or reponse


def accepte_gzip(request: Requete) -> bool:
    """The visitor's browser reads compressed answers."""
    return "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
