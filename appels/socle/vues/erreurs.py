"""Errors, in French, with a way on; they never touch the database."""

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


def page(request, code: int, phrase: str = ""):
    """The page of an error; `phrase` says more than the general one."""
    titre, defaut = PHRASES[code]
    return render(
        request,
        "erreur.html",
        {"code": code, "titre": titre, "phrase": phrase or defaut},
        status=code,
    )


@requires_csrf_token
def demande_illisible(request, exception=None):
    return page(request, 400)


@requires_csrf_token
def acces_reserve(request, exception=None):
    return page(request, 403, str(exception) if exception and exception.args else "")


@requires_csrf_token
def introuvable(request, exception=None):
    return page(request, 404)


@requires_csrf_token
def trop_de_demandes(request, exception=None):
    return page(request, 429)


@requires_csrf_token
def probleme(request):
    return page(request, 500)


def jeton_refuse(request, reason=""):
    """An old form or a lost cookie: say what to do, nothing was saved."""
    return page(
        request,
        403,
        "Ce formulaire a expiré. Revenez en arrière, votre saisie y est encore, "
        "rechargez la page dans un autre onglet si besoin, puis recommencez.",
    )
