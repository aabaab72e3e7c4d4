"""What a cell of a file of past years may have wrong: a sentence by line and column.

What stops a line and what is only said of it are two things: nothing is guessed in either.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from quartiers.frappe import Illisible, abrege

T = TypeVar("T")
ERREURS_DE_TABLEUR = re.compile(r"#(REF|N/A|VALEUR|VALUE|DIV/0|NOM|NAME|NUL|NULL|NOMBRE|NUM)[!?]?")
MAL_DECODE = re.compile("Ã[\u0080-\u00bf©¨ª«´§¢®¯¹»]|â€|\ufffd")
UN_TOTAL = re.compile(r"(?:sous[- ]?)?tota(?:l|ux)\b.*|somme\b.*", re.IGNORECASE)


@dataclass(frozen=True)
class Defaut:
    """`genre`: one word for this kind; `colonne`: as the file names it; `arrete`: the line is left
    aside."""

    genre: str
    colonne: str
    phrase: str
    arrete: bool = True


@dataclass(frozen=True)
class Case:
    """A cell: what it holds, and the column that it stands in (« D, Voté »)."""

    sens: str
    colonne: str
    texte: str

    def defaut(self, genre: str, phrase: str, *, arrete: bool = True) -> Defaut:
        """Something wrong with it."""
        return Defaut(f"{self.sens}_{genre}", self.colonne, phrase, arrete)


def de_tableur(case: Case) -> Defaut | None:
    """What a spreadsheet left in a cell instead of its value."""
    montre = abrege(case.texte)
    if case.texte.startswith("=") and not case.texte.startswith('="'):
        return case.defaut(
            "formule",
            f"« {montre} » est une formule que le tableur n’a pas calculée : enregistrez le "
            "fichier depuis le tableur, ou collez les valeurs.",
        )
    if ERREURS_DE_TABLEUR.fullmatch(case.texte.upper()):
        return case.defaut(
            "erreur",
            f"« {montre} » est une erreur du tableur : corrigez la formule dans le fichier.",
        )
    if MAL_DECODE.search(case.texte):
        return case.defaut(
            "accents",
            f"« {montre} » a des accents abîmés : exportez à nouveau le fichier en UTF-8.",
        )
    return None


def lu(case: Case, lire: Callable[[str], T], rien: T) -> tuple[T, list[Defaut]]:
    """(the value, what is wrong); the sentence of the reader of our forms."""
    if (defaut := de_tableur(case)) is not None:
        return rien, [defaut]
    try:
        return lire(case.texte), []
    except Illisible as erreur:
        return rien, [case.defaut(_pourquoi(str(erreur)), str(erreur))]


def _pourquoi(phrase: str) -> str:
    """One word for the kind of a sentence of a reader."""
    for mot, genre in (
        ("négatif", "negatif"),
        ("deux façons", "deux_lectures"),
        ("trop grand", "trop_grand"),
        ("premier zéro", "sans_zero"),
        ("SIREN", "siren"),
        ("Excel a abîmé", "scientifique"),
        ("année entre", "hors_bornes"),
    ):
        if mot in phrase:
            return genre
    return "illisible"
