"""The chart of accounts of a project's budget (CERFA 12156*06, METIER §1.7).

It is read from its data file.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

FICHIER = Path(__file__).parent.parent / "donnees" / "plan-budget-cerfa12156.json"
CHARGES = "charges"
PRODUITS = "produits"
VOLONTAIRES = ("86", "87")
POSTE_SUBVENTIONS = "74"
HORS_BUDGET_ORGANISME = ("CHARGINDIRECT", "RESSPROPRES")  # METIER §1.5


@dataclass(frozen=True)
class Compte:
    """A line of the plan."""

    code: str
    libelle: str
    poste: str
    cote: str

    @property
    def numero(self) -> str:
        """The number to print: « 604 », « 60 » for « 60x », nothing for the unnumbered ones."""
        numero = self.code.rstrip("x")
        return numero if numero.isdigit() else ""

    @property
    def nom(self) -> str:
        """« 604 Prestations de services »: the words of the form."""
        return f"{self.numero} {self.libelle}".strip()

    @property
    def est_volontaire(self) -> bool:
        return self.poste in VOLONTAIRES


@dataclass(frozen=True)
class Poste:
    """A heading of the plan, with its lines and, for account 74, its kinds of funders."""

    code: str
    libelle: str
    cote: str
    comptes: tuple[Compte, ...]
    sous_postes: tuple[Compte, ...] = ()

    @property
    def est_volontaire(self) -> bool:
        return self.code in VOLONTAIRES

    @property
    def numero(self) -> str:
        return self.code if self.code.isdigit() else ""


@cache
def postes() -> tuple[Poste, ...]:
    """The whole plan, charges first, in the order of the form."""
    donnees = json.loads(FICHIER.read_text(encoding="utf-8"))
    charges = [_poste(CHARGES, poste) for poste in donnees[CHARGES]]
    produits = [_poste(PRODUITS, poste) for poste in donnees[PRODUITS]]
    return (*charges, *produits)


def _poste(cote: str, donnees: dict) -> Poste:
    code = donnees["code"]
    return Poste(
        code=code,
        libelle=donnees["libelle"],
        cote=cote,
        comptes=_comptes(code, cote, donnees.get("lignes", ())),
        sous_postes=_comptes(code, cote, donnees.get("sous_postes", ())),
    )


def _comptes(poste: str, cote: str, lignes: Iterable[dict]) -> tuple[Compte, ...]:
    return tuple(Compte(ligne["code"], ligne["libelle"], poste, cote) for ligne in lignes)


@cache
def comptes() -> dict[str, Compte]:
    """Every typed account by its code (the funders of account 74 are apart)."""
    return _par_code(poste.comptes for poste in postes())


@cache
def sous_postes() -> dict[str, Compte]:
    """The kinds of funders of account 74 by their code."""
    return _par_code(poste.sous_postes for poste in postes())


@cache
def comptes_organisme() -> dict[str, Compte]:
    """The accounts of the organisation's own budget, its subsidies by kind of funder included."""
    retenus = [poste for poste in postes() if poste.code not in HORS_BUDGET_ORGANISME]
    return _par_code((*poste.sous_postes, *poste.comptes) for poste in retenus)


def _par_code(comptes_par_poste: Iterable[tuple[Compte, ...]]) -> dict[str, Compte]:
    """Every account by its code, in the order of the plan."""
    return {compte.code: compte for compte in chain.from_iterable(comptes_par_poste)}
