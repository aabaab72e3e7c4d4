"""Drawings of the campaign: bars and a curve, each beside its numbers in words.

Lengths are texts with a point, of a hundred: what SVG reads, whatever the language of the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LARGEUR = 460  # units of the curve
HAUTEUR = 172


@dataclass(frozen=True)
class Jauge:
    """A line: its name, its number in words, the length of its bar."""

    nom: str
    valeur: str  # what is compared
    suite: str = ""  # « pour 98 000 € », « sur 18 », « 13 dossiers »
    part: str = "0"
    au_dela: str = ""  # what goes beyond the mark
    borne: str = ""  # the mark: an envelope
    adresse: str = ""
    axe: str = ""  # its tone and its pictogram
    silhouette: Any = None


def pour_cent(part: int, tout: int) -> str:
    """« 68.6 »: a length of a bar, of a hundred; none when there is no whole."""
    if tout <= 0:
        return "0"
    return f"{min(100.0, 100 * part / tout):.1f}"


@dataclass(frozen=True)
class Courbe:
    """Two paths in the same box, and what the axes say."""

    cette_annee: str
    annee_passee: str
    fin: str  # the last point of this year
    reperes: list[int]  # from the top to zero
    lignes: str  # the grid


def tracer(
    cette_annee: Sequence[tuple[int, int]], annee_passee: Sequence[tuple[int, int]], jours: int
) -> Courbe:
    """Cumulated counts, (day since the opening, total), both on the days of this call."""
    sommet = max([total for _, total in [*cette_annee, *annee_passee]], default=0)
    pas = _pas(sommet)
    haut = max(pas, -(-sommet // pas) * pas)
    marches = haut // pas
    return Courbe(
        cette_annee=_chemin(cette_annee, jours, haut),
        annee_passee=_chemin(annee_passee, jours, haut) if annee_passee else "",
        fin=_point(*cette_annee[-1], jours, haut) if cette_annee else "",
        reperes=[haut - rang * pas for rang in range(marches + 1)],
        lignes="".join(f"M0 {_y(rang * pas, haut):.0f}H{LARGEUR}" for rang in range(marches + 1)),
    )


def _pas(sommet: int) -> int:
    """1, 2, 5, 10, 20, 50…: at most five steps."""
    pas = 1
    while sommet > 5 * pas:
        pas = pas * 5 // 2 if str(pas).startswith("2") else pas * 2
    return pas


def _y(total: int, haut: int) -> float:
    return HAUTEUR - (HAUTEUR - 12) * total / haut


def _place(jour: int, total: int, jours: int, haut: int) -> str:
    part = min(jour, jours) / max(jours, 1)
    return f"{LARGEUR * part:.0f} {_y(total, haut):.0f}"


def _chemin(points: Sequence[tuple[int, int]], jours: int, haut: int) -> str:
    places = [_place(0, 0, jours, haut)]
    for jour, total in points:
        places.append(_place(jour, total, jours, haut))
    return "M" + "L".join(places)


def _point(jour: int, total: int, jours: int, haut: int) -> str:
    return f"M{_place(jour, total, jours, haut)}h.1"
