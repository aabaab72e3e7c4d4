"""What an address may carry: known filters, a page that exists.

Anything else is said in French, 400 or 404.
"""

from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest

PAR_PAGE = 25
LONGUEUR_MAX = 200  # characters of one value
TOLERES = ("utm_", "mtm_")  # marks left by newsletters


def parametres(request: HttpRequest, permis: tuple[str, ...]) -> dict[str, str]:
    """The parameters of the query, all strings, empty by default.

    Raises `BadRequest` for one unknown.
    """
    for nom in request.GET:
        if nom not in permis and not nom.startswith(TOLERES):
            raise BadRequest(f"Cette page ne connaît pas le filtre « {nom[:40]} ».")
    valeurs = {nom: request.GET.get(nom, "").strip() for nom in permis}
    if any(len(valeur) > LONGUEUR_MAX for valeur in valeurs.values()):
        raise BadRequest("Une partie de l’adresse est trop longue.")
    return valeurs


def choisi(valeur: str, choix: list[tuple[str, str]]) -> str:
    """The value when it is offered or empty; raises `Http404`."""
    if valeur and valeur not in dict(choix):
        raise Http404
    return valeur


def page(lignes: Any, numero: str, par_page: int = PAR_PAGE) -> Page:
    """The page asked for, the first by default; raises `Http404` when it does not exist."""
    try:
        return Paginator(lignes, par_page).page(numero or 1)
    except InvalidPage as erreur:
        raise Http404 from erreur
