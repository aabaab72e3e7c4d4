"""The API, version 1: what everybody reads on the pages, for programs. No key.

The routes and their description are written by django-ninja; the doors, the memory and the counts
are ours, as for any public page. A parameter that is not known is forgotten, as on the pages.
"""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.crypto import salted_hmac
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder

from appels.public import curseur, formes
from appels.public.donnees_ouvertes import METHODES, provenance
from appels.socle.requete import Requete
from partenaires.socle import demonstration
from partenaires.socle.limites import Limites

RACINE = "api/v1/"
PAR_MINUTE = 60
PROBLEMES = {
    400: "Demande illisible",
    404: "Rien à cette adresse",
    410: "Ce projet n’est plus public",
    405: "Cette adresse ne fait que se lire",
    429: "Trop de demandes",
}


class EnFrancais(BaseRenderer):
    """JSON with its accents, as one reads it."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        return json.dumps(data, cls=NinjaJSONEncoder, ensure_ascii=False)


api = NinjaAPI(
    title="Cœur de Quartier",
    version="1.0.0",
    description="Ce que le Contrat de Ville du Grand Arras rend public. Sans clé ; "
    f"{PAR_MINUTE} demandes par minute et par adresse.",
    renderer=EnFrancais(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    servers=[{"url": settings.URL_PUBLIQUE}],
)
ERREURS = {400: formes.Probleme, 404: formes.Probleme, 429: formes.Probleme}


def probleme(statut: int, detail: str) -> HttpResponse:
    """RFC 9457, in French."""
    contenu = formes.Probleme(
        type="about:blank", title=PROBLEMES[statut], status=statut, detail=detail
    )
    return HttpResponse(
        json.dumps(contenu.model_dump(), ensure_ascii=False),
        status=statut,
        content_type="application/problem+json",
    )


@api.exception_handler(BadRequest)
def _illisible(request: HttpRequest, erreur: BadRequest) -> HttpResponse:
    return probleme(400, str(erreur))


@api.exception_handler(Http404)
def _introuvable(request: HttpRequest, erreur: Http404) -> HttpResponse:
    return probleme(404, str(erreur) or INTROUVABLE)


@api.exception_handler(ValidationError)
def _parametre_illisible(request: HttpRequest, erreur: ValidationError) -> HttpResponse:
    noms = sorted({str(defaut["loc"][-1]) for defaut in erreur.errors})
    dits = ", ".join(f"« {nom} »" for nom in noms)
    return probleme(
        400, f"Ce paramètre ne se lit pas : {dits}. Ses valeurs sont dites dans openapi.json."
    )


INTROUVABLE = f"Cette adresse n’existe pas. La liste est dans /{RACINE}openapi.json."


def comptee_par_adresse(vue: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """So many requests a minute for one address, counted before anything is read."""

    @wraps(vue)
    def comptee(request: Requete, **parametres: str) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            refus = probleme(405, "Employez GET.")
            refus["Allow"] = METHODES
            return refus
        debut = request.recu_le.replace(second=0, microsecond=0)
        fin = debut + timedelta(minutes=1)
        limites = caches["default"]
        assert isinstance(limites, Limites)
        qui = salted_hmac("api", ratelimit.get_ip(request)).hexdigest()[:24]
        nombre = limites.compter(f"api:{qui}:{debut:%Y%m%d%H%M}", fin)
        if nombre > PAR_MINUTE:
            refus = probleme(
                429, f"{PAR_MINUTE} demandes par minute au plus : attendez, puis reprenez."
            )
            refus["Retry-After"] = str(max(1, int((fin - request.recu_le).total_seconds())))
            return refus
        return vue(request, **parametres)

    return comptee


def en_get(vue: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """HEAD is GET without its body, which the server leaves out."""

    @wraps(vue)
    def lue(request: HttpRequest, **parametres: str) -> HttpResponseBase:
        request.method = "GET"
        reponse = vue(request, **parametres)
        if reponse.status_code == 200 and request.path.endswith(".geojson"):
            reponse["Content-Type"] = "application/geo+json"
        return reponse

    return lue


def adresse(nom: str, *arguments: object) -> str:
    """Whole: what reads it is elsewhere."""
    return f"{settings.URL_PUBLIQUE}{reverse(nom, args=arguments)}"


def en_euros(centimes: int) -> float:
    """Exact to the cent when written."""
    return centimes / 100


def tranche(
    request: HttpRequest, lignes: list[Any], taille: int, cle: Callable[[Any], Iterable[Any]]
) -> dict[str, Any]:
    """A page of rows read one more than asked, with the address of the next."""
    requete = cast(Requete, request)
    suivante = None
    if len(lignes) > taille:
        lignes = lignes[:taille]
        parametres = request.GET.copy()
        parametres["curseur"] = curseur.ecrire(*cle(lignes[-1]))
        suivante = f"{settings.URL_PUBLIQUE}{request.path}?{parametres.urlencode()}"
    return {
        "demonstration": demonstration.mention() or None,
        **provenance(requete.parution),
        "suivante": suivante,
        "resultats": lignes,
    }
