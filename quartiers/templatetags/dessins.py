"""Drawings of numbers: each stands beside its number in words, and is hidden from who listens."""

from collections.abc import Iterable
from decimal import Decimal

from django import template

register = template.Library()

LARGEUR = 400  # units of a bar
JOUR = 2.5  # units between two parts
PAS = 12  # units between two points
RANGS = 5  # points of a column: a column is five per cent


@register.inclusion_tag("composants/pile.html")
def pile(
    parts: Iterable[tuple[str, str, int]], *, tout: int = 0, haute: bool = False, cle: str = ""
) -> dict[str, object]:
    """A bar of what each gives: `parts` are (class, name, cents), drawn in their order.

    `tout` is the whole when the parts do not fill it. `cle` asks for the key: « ligne », or
    « haut » for one line a part.
    """
    presentes = [part for part in parts if part[2] > 0]
    somme = sum(cents for _classe, _nom, cents in presentes)
    jours = JOUR * max(len(presentes) - 1, 0)
    echelle = (LARGEUR - jours) / max(tout, somme, 1)
    segments = []
    debut = 0.0
    for classe, _nom, cents in presentes:
        longueur = round(cents * echelle, 1)
        segments.append((classe, f"{debut:.1f}", f"{longueur:.1f}"))
        debut += longueur + JOUR
    return {
        "segments": segments,
        "fond": tout > somme,
        "largeur": LARGEUR,
        "haute": haute,
        "cle": cle,
        "parts": presentes,
    }


@register.inclusion_tag("composants/points.html")
def points(part: Decimal | float, repere: Decimal | float | None = None) -> dict[str, object]:
    """A hundred points, `part` of them taken; `repere` draws a mark to compare."""
    places = [
        f"M{PAS // 2 + PAS * (rang // RANGS)} {PAS // 2 + PAS * (rang % RANGS)}h0"
        for rang in range(100)
    ]
    pris = max(0, min(100, round(part)))
    return {
        "pris": "".join(places[:pris]),
        "restants": "".join(places[pris:]),
        "repere": None if repere is None else round(float(repere) / RANGS * PAS),
    }
