"""Who acts, when and by what, for the log: said once by what lets an act in, read by what writes.

A request, a task of the worker, a command each open `pendant(...)`. Nothing here knows Django: the
first door of a command stands before it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime


def personne_de_la_machine() -> int | None:
    """A task or a command is nobody."""
    return None


@dataclass(frozen=True)
class Acte:
    """`personne` and `nom` are asked when a line is written: a sign-in changes who acts, and the
    address is only read on the way. `le` empty: the instant of each line.
    """

    nom: Callable[[], str]
    personne: Callable[[], int | None] = personne_de_la_machine
    le: datetime | None = None


def sans_nom() -> str:
    return ""


HORS_ACTE = Acte(nom=sans_nom)  # a test, a console
_en_cours: ContextVar[Acte] = ContextVar("acte", default=HORS_ACTE)


def en_cours() -> Acte:
    """The act that the current line is written for."""
    return _en_cours.get()


@contextmanager
def pendant(acte: Acte) -> Iterator[None]:
    """Lines written inside are of this act; the one around comes back after."""
    jeton = _en_cours.set(acte)
    try:
        yield
    finally:
        _en_cours.reset(jeton)


@contextmanager
def de_la_machine(nom: str) -> Iterator[None]:
    """« tâche appels.rattraper », « commande charger_themes »."""

    def ce_nom() -> str:
        return nom

    with pendant(Acte(nom=ce_nom)):
        yield
