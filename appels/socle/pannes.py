"""A part of the house is missing: which one, in words, and an answer that asks nothing of it."""

import errno
import sys

from cryptography.fernet import InvalidToken
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from partenaires.socle.vues import en_json

# The database is away, or has no place left for one more connection.
BASE_ABSENTE = (OperationalError, InterfaceError)
SANS_PLACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
RETOUR = 30  # seconds before a browser or a script asks again: `Retry-After`

TITRE = "Le portail est momentanément indisponible"
PHRASE_BASE = (
    "Une partie du portail ne répond pas : rien n’a été enregistré à l’instant. "
    "Attendez une minute, puis recommencez."
)
PHRASE_PLACE = (
    "Le portail n’a plus de place pour garder un fichier : rien n’a été enregistré à l’instant. "
    "Recommencez plus tard ; si cela dure, prévenez le service."
)
PHRASE_CLE = (
    "Ce qui est demandé est chiffré, et le portail n’a pas la clé qui l’ouvre. "
    "Rien n’est perdu : prévenez le service, qui la remettra."
)


def phrase_de(erreur: BaseException | None) -> str:
    """What is missing, in the words of a person; empty when the fault is elsewhere."""
    if isinstance(erreur, BASE_ABSENTE):
        return PHRASE_BASE
    if isinstance(erreur, InvalidToken):
        return PHRASE_CLE
    if isinstance(erreur, OSError) and erreur.errno in SANS_PLACE:
        return PHRASE_PLACE
    return ""


def en_cours() -> str:
    """The same, of the exception being answered."""
    return phrase_de(sys.exc_info()[1])


def reponse(
    request: HttpRequest, code: int, titre: str, phrase: str, a_copier: str = ""
) -> HttpResponse:
    """The page of an error, or its JSON for a script, made of nothing but its words.

    The template is given no request: no context processor asks who reads, what the call is or who
    publishes, which may be the very thing that is missing.
    """
    if request.headers.get("Accept", "").startswith("application/json"):
        rendue: HttpResponse = en_json.repondre({"phrase": phrase}, status=code)
    else:
        contexte = {"code": code, "titre": titre, "phrase": phrase, "a_copier": a_copier}
        rendue = HttpResponse(render_to_string("erreur.html", contexte), status=code)
    rendue.headers["Cache-Control"] = "no-store, private"
    if code == 503:
        rendue.headers["Retry-After"] = str(RETOUR)
    return rendue
