"""Anyone checks a receipt or a letter: a code, or a file compared in memory and never kept."""

import hashlib
from typing import Any

from allauth.core.internal import ratelimit  # the public door does not count GET
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from appels.models import Lettre, Recepisse
from appels.models.version import ALPHABET, LONGUEUR_CODE
from partenaires.models.identifiants import compact
from partenaires.socle.erreurs import erreur_sur

TAILLE_MAX = 2 * 1024 * 1024  # bytes: a receipt weighs much less
TROP_GROS = "Ce fichier est trop gros pour être un récépissé ou une lettre."


def normaliser(code: str) -> str:
    """The code as stored, or an empty string when it cannot be one."""
    propre = compact(code, r"code(?= ?:)")
    if len(propre) != LONGUEUR_CODE or not set(propre) <= set(ALPHABET):
        return ""
    return propre


@require_GET
def verifier(request: HttpRequest) -> HttpResponse:
    """Type a code."""
    saisi = request.GET.get("code", "").strip()
    if not saisi:
        return render(request, "appels/depot/verifier.html", {"saisi": ""})
    if code := normaliser(saisi):
        return redirect("appels:verifier_code", code=code)
    return render(
        request,
        "appels/depot/verifier.html",
        {
            "saisi": saisi[:60],
            **erreur_sur(
                "id_code",
                "Ce code n’a pas la bonne forme : cinq groupes de quatre caractères, "
                "écrits en bas du récépissé ou de la lettre.",
            ),
        },
        status=422,
    )


@csrf_exempt  # the upload handler is chosen first, then the token is checked below
@require_http_methods(["GET", "HEAD", "POST"])
def verifier_code(request: HttpRequest, code: str) -> HttpResponse:
    """What the paper of this code says, and whether a file given is that paper."""
    request.upload_handlers = [MemoryFileUploadHandler(request)]
    return _verifier(request, code)


@csrf_protect
def _verifier(request: HttpRequest, code: str) -> HttpResponse:
    """What this code says of a receipt or of a letter; 404 when it says nothing.

    Tries are counted by address: a code is not guessed.
    """
    if not ratelimit.consume(
        request, app="allauth.account", action="verifier_recepisse", limit_get=True
    ):
        return ratelimit.respond_429(request)
    recepisse = _recepisse(code)
    lettre = _lettre(code) if recepisse is None else None
    if lettre:
        return _verifier_une_lettre(request, lettre)
    if recepisse is None:
        return render(
            request,
            "appels/depot/verifier.html",
            {
                "saisi": code[:60],
                **erreur_sur(
                    "id_code",
                    "Aucun récépissé ni aucune lettre ne porte ce code. Vérifiez chaque caractère.",
                ),
            },
            status=404,
        )
    contexte: dict[str, Any] = {"recepisse": recepisse, "version": recepisse.version}
    if request.method == "POST":
        contexte |= comparer(request, {recepisse.sha256, recepisse.version.empreinte})
    return render(
        request,
        "appels/depot/recepisse_verifie.html",
        contexte,
        status=422 if contexte.get("erreurs") else 200,
    )


def _recepisse(code: str) -> Recepisse | None:
    """The receipt that carries this code."""
    propre = normaliser(code)
    if not propre:
        return None
    recepisses = Recepisse.objects.select_related(
        "version__dossier__porteur", "version__dossier__appel"
    )
    return recepisses.filter(code=propre).first()


def _lettre(code: str) -> Lettre | None:
    """The letter that carries this code, once it left: before, nobody outside knows it."""
    propre = normaliser(code)
    if not propre:
        return None
    liberees = Lettre.objects.liberees().filter(code=propre)
    return liberees.select_related(
        "financement__dossier__porteur", "financement__partenaire", "remplacee_par"
    ).first()


def _verifier_une_lettre(request: HttpRequest, lettre: Lettre) -> HttpResponse:
    """Who sent what to whom, when; neither the outcome nor the amount."""
    contexte: dict[str, Any] = {"lettre": lettre, "dossier": lettre.financement.dossier}
    if request.method == "POST":
        contexte |= comparer(request, {lettre.sha256} - {""})
    return render(
        request,
        "appels/depot/lettre_verifiee.html",
        contexte,
        status=422 if contexte.get("erreurs") else 200,
    )


def comparer(request: HttpRequest, empreintes: set[str]) -> dict[str, Any]:
    """{resultat: conforme or not} of the given file, or {erreurs}; nothing touches a disk."""
    fichier = request.FILES.get("fichier")
    if fichier is None:
        if int(request.headers.get("Content-Length") or 0) > TAILLE_MAX:
            return erreur_sur("id_fichier", TROP_GROS)
        return erreur_sur("id_fichier", "Choisissez un fichier.")
    if (fichier.size or 0) > TAILLE_MAX:
        return erreur_sur("id_fichier", TROP_GROS)
    empreinte = hashlib.sha256(fichier.read()).hexdigest()
    return {"resultat": empreinte in empreintes}
