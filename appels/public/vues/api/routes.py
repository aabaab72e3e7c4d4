"""The addresses of the API, each behind our own door, its memory and its count."""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from appels.public.donnees_ouvertes import donnees_ouvertes
from appels.public.vues.api import (  # noqa: F401 (they write their routes)
    consultations,
    projets,
    territoire,
)
from appels.public.vues.api.socle import (
    INTROUVABLE,
    RACINE,
    api,
    comptee_par_adresse,
    en_get,
    probleme,
)
from appels.socle.cache_public import page_qui_lit
from partenaires.socle import entree

GEOJSON = ".geojson"


def description() -> dict[str, Any]:
    """OpenAPI 3.1, from the code; with the types that GeoJSON and problems travel under."""
    decrite = dict(api.get_openapi_schema(path_prefix=f"/{RACINE}"))
    for chemin, operations in decrite["paths"].items():
        operation = operations["get"]
        reponses = operation["responses"]
        operation["responses"] = {str(statut): reponses[statut] for statut in reponses}
        for statut, reponse in reponses.items():
            genre = "application/json"
            if statut >= 400:
                genre = "application/problem+json"
            elif chemin.endswith(GEOJSON):
                genre = "application/geo+json"
            reponse["content"] = {genre: reponse["content"]["application/json"]}
    return decrite


@cache
def dictionnaire() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(address, what it gives, fields with what each one says) of every list, from the code."""
    decrite = description()
    schemas = decrite["components"]["schemas"]
    lignes = []
    for chemin, operations in decrite["paths"].items():
        forme = FORMES.get(operations["get"]["operationId"])
        if forme:
            champs = [
                (nom, champ.get("description", ""))
                for nom, champ in schemas[forme]["properties"].items()
            ]
            lignes.append((chemin, operations["get"]["summary"], champs))
    return lignes


# The rows of each list, by the name of its operation.
FORMES = {
    "quartiers": "Quartier",
    "axes": "Axe",
    "appels": "Appel",
    "financeurs": "Financeur",
    "projets": "Projet",
    "mesures": "MesureDeProjet",
    "consultations": "Consultation",
}


def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        json.dumps(description(), ensure_ascii=False), content_type="application/json"
    )


def ailleurs(request: HttpRequest, reste: str = "") -> HttpResponse:
    """An address of the API that is none."""
    return probleme(404, INTROUVABLE)


def _ouverte(
    vue: Callable[..., HttpResponseBase], lus: tuple[str, ...] = ()
) -> Callable[..., HttpResponseBase]:
    return entree.public(donnees_ouvertes(comptee_par_adresse(page_qui_lit(*lus)(en_get(vue)))))


def _routes() -> list[URLPattern]:
    """Each route of django-ninja behind our own door; it reads the parameters that it describes."""
    chemins = description()["paths"]
    routes = []
    for motif in api.urls[0]:
        if not isinstance(motif, URLPattern) or motif.name == "api-root":
            continue
        vue: Any = motif.callback
        adresse = f"{RACINE}{str(motif.pattern).lstrip('/')}"
        decrite = chemins["/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", adresse)]["get"]
        lus = tuple(lu["name"] for lu in decrite["parameters"] if lu["in"] == "query")
        nom = f"api_{decrite['operationId']}"
        routes.append(path(adresse, _ouverte(vue, lus), name=nom))
    return routes


urlpatterns = [
    path(f"{RACINE}openapi.json", _ouverte(openapi), name="api_openapi"),
    *_routes(),
    path(RACINE, _ouverte(ailleurs), name="api_racine"),
    path(f"{RACINE}<path:reste>", _ouverte(ailleurs), name="api_ailleurs"),
]
