"""Pages of a list that may change meanwhile: each says after which row the next one begins."""

import base64
import binascii
import json
from typing import Any

from django.core.exceptions import BadRequest

TAILLE = 50  # rows of a page, when nothing is said
TAILLE_MAX = 100
LONGUEUR_MAX = 400  # characters of a cursor


def ecrire(*cles: Any) -> str:
    """The place of a row in its order; opaque, for an address."""
    octets = json.dumps(cles, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def lire(curseur: str, *genres: type) -> list[Any] | None:
    """The place that it says; None at the beginning. Raises `BadRequest` for one that is not ours.

    `genres`: the type of each of its keys.
    """
    if not curseur:
        return None
    try:
        octets = base64.urlsafe_b64decode(curseur[:LONGUEUR_MAX] + "=" * (-len(curseur) % 4))
        cles = json.loads(octets)
    except (binascii.Error, ValueError) as erreur:
        raise BadRequest(ILLISIBLE) from erreur
    est_des_notres = (
        isinstance(cles, list)
        and len(curseur) <= LONGUEUR_MAX
        and [type(cle) for cle in cles] == list(genres)
    )
    if not est_des_notres:
        raise BadRequest(ILLISIBLE)
    return cles


ILLISIBLE = (
    "Ce curseur ne se lit pas : reprenez l’adresse « suivante » d’une réponse, ou repartez sans "
    "curseur."
)


def trancher(rangees: list[Any], cles: list[Any] | None, taille: int, cle: Any) -> list[Any]:
    """Of a short list in the order of its keys: one row more than a page, after the cursor."""
    suites = [ligne for ligne in rangees if cles is None or cle(ligne) > tuple(cles)]
    return suites[: taille + 1]
