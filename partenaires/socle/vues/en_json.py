"""What a view answers to a script: its sentences are tied as those of a page (docs/style.md).

What a person typed, and what goes into a field, stays as it is.
"""

from collections.abc import Mapping
from typing import Any

from django.http import JsonResponse

from quartiers.typographie import lier

DITES = {"phrase", "erreur", "alerte", "le"}  # the keys that hold words of ours


def repondre(dit: Mapping[str, Any], status: int = 200) -> JsonResponse:
    """The answer, whose sentences may be shown as they are."""
    return JsonResponse(_liee(dit), status=status)


def _liee(dit: Mapping[str, Any]) -> dict[str, Any]:
    liee = dict(dit)
    for nom in DITES & liee.keys():
        liee[nom] = lier(str(liee[nom]))
    if "erreurs" in liee:
        liee["erreurs"] = [_liee(erreur) for erreur in liee["erreurs"]]
    return liee
