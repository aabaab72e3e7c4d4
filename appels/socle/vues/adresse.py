"""What an address may carry: known filters, a page that exists.

What a page does not know is left aside: newsletters and networks add their marks to our links. A
known filter that makes no sense is said in French, 400 or 404.
"""

from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest

PAR_PAGE = 25
LONGUEUR_MAX = 200  # characters of one value


def parametres(request: HttpRequest, permis: tuple[str, ...]) -> dict[str, str]:
    """These parameters of the query, all strings, empty by default; any other is left aside.

    Raises `BadRequest` for one too long.
    """
    valeurs = {nom: request.GET.get(nom, "").strip() for nom in permis}
    if any(len(valeur) > LONGUEUR_MAX for valeur in valeurs.values()):
        raise BadRequest("Une partie de l’adresse est trop longue.")
    return valeurs


def choisi(valeur: str, choix: list[tuple[str, str]]) -> str:
    """The value when it is offered or empty; raises `Http404`."""
    if valeur and valeur not in dict(choix):
        raise Http404
    return valeur


def page(lignes: Any, numero: str, par_page: int = PAR_PAGE, *, nombre: int | None = None) -> Page:
    """The page asked for, the first by default; raises `Http404` when it does not exist.

    `nombre`: how many rows there are, when it is known; they are counted otherwise.
    """
    try:
        return _pages(lignes, par_page, nombre).page(numero or 1)
    except InvalidPage as erreur:
        raise Http404 from erreur


def feuille(lignes: Any, numero: str | None, par_page: int = PAR_PAGE, *, nombre: int) -> Page:
    """The page asked for of what is already counted; the first for no number, the last beyond."""
    return _pages(lignes, par_page, nombre).get_page(numero)


def _pages(lignes: Any, par_page: int, nombre: int | None) -> Paginator:
    pages = Paginator(lignes, par_page)
    if nombre is not None:
        pages.count = nombre  # kept in place of what it would count
    return pages
