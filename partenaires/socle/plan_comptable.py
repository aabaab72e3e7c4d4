"""The chart of accounts of a project's budget (CERFA 12156*06, METIER §1.7), read from its data
file.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FICHIER = Path(__file__).parent.parent / "donnees" / "plan-budget-cerfa12156.json"
CHARGES, PRODUITS = "charges", "produits"
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
        """The account number to print: « 604 », « 60 » for « 60x », nothing for the unnumbered
        ones.
        """
        numero = self.code.rstrip("x")
        return numero if numero.isdigit() else ""

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
    return tuple(_poste(cote, poste) for cote in (CHARGES, PRODUITS) for poste in donnees[cote])


def _poste(cote: str, donnees: dict) -> Poste:
    def lignes(cle: str) -> tuple[Compte, ...]:
        return tuple(
            Compte(ligne["code"], ligne["libelle"], donnees["code"], cote)
            for ligne in donnees.get(cle, ())
        )

    return Poste(donnees["code"], donnees["libelle"], cote, lignes("lignes"), lignes("sous_postes"))


@cache
def comptes() -> dict[str, Compte]:
    """Every typed account by its code (the funders of account 74 are apart)."""
    return {compte.code: compte for poste in postes() for compte in poste.comptes}


@cache
def sous_postes() -> dict[str, Compte]:
    """The kinds of funders of account 74 by their code."""
    return {compte.code: compte for poste in postes() for compte in poste.sous_postes}


@cache
def comptes_organisme() -> dict[str, Compte]:
    """The accounts of the organisation's own budget, its subsidies by kind of funder included."""
    lignes = [
        c
        for poste in postes()
        if poste.code not in HORS_BUDGET_ORGANISME
        for c in (*poste.sous_postes, *poste.comptes)
    ]
    return {compte.code: compte for compte in lignes}
