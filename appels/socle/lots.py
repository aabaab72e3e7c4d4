"""Many rows, by so many that one query may name: SQLite takes no more than some thousands."""

from collections.abc import Iterator
from typing import TypeVar

LOT = 500
T = TypeVar("T")


def par_lots(valeurs: list[T]) -> Iterator[list[T]]:
    """The same, `LOT` at a time."""
    for debut in range(0, len(valeurs), LOT):
        yield valeurs[debut : debut + LOT]
