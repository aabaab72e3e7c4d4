"""What follows a line of the log, in the transaction that writes it.

Whoever keeps something that changes with what is followed says so once (`a_chaque_ligne`), and is
told of each line: rows kept for lists cannot be forgotten by an act. Nothing here knows Django.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Lignes = Sequence[Any]  # of `Trace`
Suite = Callable[[Lignes], None]

_suites: list[Suite] = []
_en_attente: ContextVar[list[Any] | None] = ContextVar("suites_en_attente", default=None)


def a_chaque_ligne(suite: Suite) -> None:
    """This is told of every line from now on; said twice, once."""
    if suite not in _suites:
        _suites.append(suite)


def faire_suivre(lignes: Lignes) -> None:
    """These lines were written: now, or at the end of the group that is open."""
    en_attente = _en_attente.get()
    if en_attente is not None:
        en_attente.extend(lignes)
        return
    for suite in _suites:
        suite(lignes)


@contextmanager
def en_une_fois() -> Iterator[None]:
    """What follows the lines written inside is done once, at the end; nothing when it fails.

    To open inside the transaction of an act that writes many rows, or whose order of writing would
    have something read too early. A group inside a group ends with it.
    """
    if _en_attente.get() is not None:
        yield
        return
    lignes: list[Any] = []
    jeton = _en_attente.set(lignes)
    try:
        yield
    finally:
        _en_attente.reset(jeton)
    if lignes:
        faire_suivre(lignes)
