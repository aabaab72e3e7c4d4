"""Who would pay what of a project: the funders from the largest, then the organisation itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quartiers.francais import pour_cent

PARTS_MAX = 4  # funders drawn apart: beyond, the last ones are drawn together


@dataclass(frozen=True)
class Part:
    """Who would pay what of the whole: a segment of the bar, its mark, its line of text."""

    nom: str
    montant: int  # cents
    part: str  # « 32,0 % »
    ton: str


def du_plan(
    financements: list[dict[str, Any]], produits: int, courts: Mapping[str, str]
) -> list[Part]:
    """The last funders are together; `courts`: the short names that are known."""
    montants: dict[str, int] = {}
    for une in financements:
        nom = courts.get(une["financeur"], une["financeur"])
        montants[nom] = montants.get(nom, 0) + (une["montant"] or 0)
    tries = sorted(montants.items(), key=_par_montant)
    tries = [(nom, montant) for nom, montant in tries if montant]
    if len(tries) > PARTS_MAX:
        reste = tries[PARTS_MAX - 1 :]
        autres = (f"{len(reste)} autres financeurs", sum(montant for _, montant in reste))
        tries = [*tries[: PARTS_MAX - 1], autres]
    du_porteur = produits - sum(montant for _, montant in tries)
    parts = [
        Part(nom, montant, pour_cent(montant, produits), f"f{rang}")
        for rang, (nom, montant) in enumerate(tries, 1)
    ]
    if du_porteur > 0:
        parts.append(Part("Le porteur", du_porteur, pour_cent(du_porteur, produits), "du-porteur"))
    return parts


def _par_montant(couple: tuple[str, int]) -> tuple[int, str]:
    """The largest first, then by name."""
    nom, montant = couple
    return -montant, nom
