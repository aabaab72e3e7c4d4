"""Errors, in French, with a way on; that of a fault asks nothing of what may be missing."""

import json
import re
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import requires_csrf_token

from appels.socle import pannes
from partenaires.socle import envois, sortie
from partenaires.socle.vues import en_json

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
    405: (
        "Cette adresse ne se lit pas",
        "Elle reçoit ce qu’un bouton envoie : seule, elle ne montre rien et n’a rien fait. "
        "Revenez à la page où était le bouton.",
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


# Sent with a form, and not typed by anybody
HORS_SAISIE = re.compile(r"csrf|version|envoi|feuille|acte$", re.IGNORECASE)
EXPIRE = "Ce formulaire a expiré : rien n’est enregistré."
RECOMMENCEZ = "Rouvrez la page, puis recommencez."
COPIEZ = "Copiez votre texte ci-dessous, rouvrez la page, puis collez-le."


def _est_pour_un_programme(request: HttpRequest) -> bool:
    """Asked of the API: refused before its own views, it is still read by a program."""
    return request.path.startswith("/api/")


def _en_probleme(code: int, titre: str, phrase: str) -> HttpResponse:
    """RFC 9457, readable from any site as the answers of the API are."""
    dit = {"type": "about:blank", "title": titre, "status": code, "detail": phrase}
    return HttpResponse(
        json.dumps(dit, ensure_ascii=False),
        status=code,
        content_type="application/problem+json",
        headers={"Access-Control-Allow-Origin": "*"},
    )


def page(request: HttpRequest, code: int, phrase: str = "", a_copier: str = "") -> HttpResponse:
    """The page of an error; `phrase` replaces the general one, `a_copier` is what was typed."""
    titre, defaut = PHRASES[code]
    if _est_pour_un_programme(request):
        return _en_probleme(code, titre, phrase or defaut)
    return render(
        request,
        "erreur.html",
        {"code": code, "titre": titre, "phrase": phrase or defaut, "a_copier": a_copier},
        status=code,
    )


def texte_tape(request: HttpRequest) -> str:
    """What somebody typed in a form that is refused, to be copied: the answers that hold words."""
    if request.method != "POST":
        return ""
    reponses = []
    for nom, valeurs in request.POST.lists():
        textes = [valeur for valeur in valeurs if valeur.strip() and not valeur.isdecimal()]
        est_tape = not any(
            noms.search(nom) for noms in (envois.SECRETS, envois.TECHNIQUES, HORS_SAISIE)
        )
        if textes and est_tape:
            reponses.append("\n".join([nom, *textes]))
    return "\n\n".join(reponses)


def texte_tape_ici(request: HttpRequest) -> str:
    """The same where no view had yet the word: only what was typed in a page of ours.

    Another site posts what it likes: its words are never shown on a page of the portal.
    """
    if request.method != "POST":
        return ""
    if envois.CHAMP in request.POST:
        return texte_tape(request) if envois.est_de_cette_personne(request) else ""
    return texte_tape(request) if _vient_de_nos_pages(request) else ""


def _vient_de_nos_pages(request: HttpRequest) -> bool:
    """As the browser says it; an old one names the page, or its site."""
    entetes = request.headers
    if "Sec-Fetch-Site" in entetes:
        return entetes["Sec-Fetch-Site"] == "same-origin"
    dite = entetes.get("Origin") or entetes.get("Referer", "")
    return urlsplit(dite).netloc == request.get_host()


@requires_csrf_token
def demande_illisible(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return page(request, 400)


@requires_csrf_token
def acces_reserve(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, with the sentence of the right that was missing, and what was typed."""
    phrase = str(exception) if exception and exception.args else ""
    return page(request, 403, phrase, texte_tape(request))


@requires_csrf_token
def introuvable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404; whoever left the organisation reads so, and finds again what was typed.

    For the script, docs/enregistrement.md. Any other 404 may come before the check of the token of
    the form: it shows what was sent only when the form was shown to this very person, or typed in
    a page that asks nobody to sign in.
    """
    if not isinstance(exception, sortie.Sorti):
        return page(request, 404, a_copier=texte_tape_ici(request))
    if request.headers.get("Accept", "").startswith("application/json"):
        return en_json.repondre({"phrase": exception.phrase}, status=404)
    return page(request, 404, exception.phrase, texte_tape(request))


def sans_bouton(request: HttpRequest, refus: HttpResponseBase) -> HttpResponseBase:
    """405: Django's own answer is an empty page, for whoever reloads the address of an act."""
    est_muet = isinstance(refus, HttpResponseNotAllowed) and not refus.content
    if not est_muet or request.headers.get("Accept", "").startswith("application/json"):
        return refus
    reponse = page(request, 405, a_copier=texte_tape(request))
    reponse["Allow"] = refus["Allow"]
    return reponse


@requires_csrf_token
def trop_de_demandes(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429, with what was typed: the form refused it, and no page holds it any more."""
    return page(request, 429, a_copier=texte_tape_ici(request))


@requires_csrf_token
def probleme(request: HttpRequest) -> HttpResponse:
    """500, or 503 when a part is missing; nobody is asked who reads, so it cannot fail in turn."""
    manque = pannes.en_cours()
    est_sien = envois.est_une_feuille(request) or _vient_de_nos_pages(request)
    sien = texte_tape(request) if est_sien else ""
    titre, phrase = PHRASES[500]
    if _est_pour_un_programme(request):
        return (
            _en_probleme(503, pannes.TITRE, manque) if manque else _en_probleme(500, titre, phrase)
        )
    if manque:
        return pannes.reponse(request, 503, pannes.TITRE, manque, sien)
    return pannes.reponse(request, 500, titre, phrase, sien)


def jeton_refuse(request: HttpRequest, reason: str = "") -> HttpResponse:
    """An old form or a lost cookie: nothing was saved; what was typed comes back in its page."""
    garde = envois.garder(request, envois.EXPIREE)
    if garde.page:
        if not garde.mots:  # nothing in the page says that it was refused
            suite = garde.manques or ["Recommencez."]
            messages.error(request, " ".join([EXPIRE, *suite]))
        return redirect(garde.page)
    sien = texte_tape_ici(request)
    return page(request, 403, f"{EXPIRE} {COPIEZ if sien else RECOMMENCEZ}", sien)
