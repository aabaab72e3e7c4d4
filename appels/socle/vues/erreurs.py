"""Errors, in French, with a way on; they never touch the database."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

PHRASES = {
    400: (
        "Demande illisible",
        "L’adresse ou le formulaire contient quelque chose que le site ne peut pas lire.",
    ),
    403: ("Accès réservé", "Votre compte n’a pas le droit de faire cela, ou plus maintenant."),
    404: (
        "Page introuvable",
        "Cette page n’existe pas, n’existe plus, ou ne vous est pas ouverte.",
    ),
    413: (
        "Envoi trop lourd",
        "Ce que vous avez envoyé dépasse la taille acceptée. Rien n’a été enregistré.",
    ),
    429: (
        "Trop de demandes",
        "Beaucoup de demandes en peu de temps. Attendez un peu, puis recommencez.",
    ),
    500: (
        "Le site a rencontré un problème",
        "Ce n’est pas de votre fait. Réessayez dans un instant.",
    ),
}


def page(request: HttpRequest, code: int, phrase: str = "") -> HttpResponse:
    """The page of an error; `phrase` says more than the general one."""
    titre, defaut = PHRASES[code]
    return render(
        request,
        "erreur.html",
        {"code": code, "titre": titre, "phrase": phrase or defaut},
        status=code,
    )


@requires_csrf_token
def demande_illisible(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return page(request, 400)


@requires_csrf_token
def acces_reserve(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, with the sentence of the right that was missing."""
    return page(request, 403, str(exception) if exception and exception.args else "")


@requires_csrf_token
def introuvable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return page(request, 404)


@requires_csrf_token
def trop_de_demandes(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429."""
    return page(request, 429)


@requires_csrf_token
def probleme(request: HttpRequest) -> HttpResponse:
    """500."""
    return page(request, 500)


def jeton_refuse(request: HttpRequest, reason: str = "") -> HttpResponse:
    """An old form or a lost cookie: say what to do, nothing was saved."""
    return page(
        request,
        403,
        "Ce formulaire a expiré. Revenez en arrière, votre saisie y est encore, "
        "rechargez la page dans un autre onglet si besoin, puis recommencez.",
    )
