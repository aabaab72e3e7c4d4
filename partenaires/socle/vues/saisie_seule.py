"""What answers a form that saves by itself: docs/enregistrement.md §3, for parts and the sheet."""

from datetime import datetime
from itertools import chain
from typing import Protocol

from django.http import HttpRequest, JsonResponse

from partenaires.socle import fusion
from partenaires.socle.erreurs import erreurs_de
from partenaires.socle.forms.ensemble import Ensemble, conflits_de
from partenaires.socle.vues import en_json
from quartiers.francais import heure

CHAINE_MAX = 40


class Bilan(Protocol):
    """What was saved: the version, what the others brought, what both changed."""

    @property
    def version(self) -> int: ...

    recus: fusion.Valeurs
    conflits: list[str]
    auteur: str


def marque_de_la_page(request: HttpRequest) -> str:
    """The page that sends, as the script named it; empty without script."""
    return request.POST.get("chaine", "")[:CHAINE_MAX]


def mettre_de_cote(typee: Ensemble) -> list[dict]:
    """The errors of what cannot be read, which keeps what is saved; ask again if it is valid."""
    if typee.est_valide():
        return []
    erreurs = list(chain.from_iterable(erreurs_de(membre) for membre in typee.membres))
    typee.sans_les_illisibles()
    return erreurs


def illisible(erreurs: list[dict]) -> JsonResponse:
    return en_json.repondre({"erreurs": erreurs}, status=422)


def refusee(phrase: str) -> JsonResponse:
    return en_json.repondre({"phrase": phrase}, status=409)


def enregistree(
    typee: Ensemble, bilan: Bilan, erreurs: list[dict], *, le: datetime
) -> JsonResponse:
    """Saved, but for `erreurs`; 409 with the choices to make when both changed an answer."""
    reponse = {
        "version": bilan.version,
        "le": heure(le, secondes=True),
        "erreurs": erreurs,
        "recus": bilan.recus,
        "auteur": bilan.auteur,
    }
    if not bilan.conflits:
        return en_json.repondre(reponse)
    conflits = conflits_de(typee.enregistree(), bilan.conflits)
    return en_json.repondre({**reponse, "conflits": conflits}, status=409)
