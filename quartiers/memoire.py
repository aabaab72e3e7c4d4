"""What every page needs and only a publication changes: read once a parution in each process."""

from collections.abc import Callable
from typing import Generic, TypeVar

from quartiers.models import Parution

T = TypeVar("T")


class Garde(Generic[T]):
    """One value, made again when the parution is not the same any more."""

    toutes: list["Garde"] = []  # tests forget them all

    def __init__(self, fabriquer: Callable[[], T]) -> None:
        self.fabriquer = fabriquer
        self.gardee: tuple | None = None
        self.toutes.append(self)

    def lire(self, parution: Parution) -> T:
        """The value at this parution."""
        cle = (parution.numero, parution.le)
        gardee = self.gardee  # one read: another thread may replace it meanwhile
        if gardee is None or gardee[0] != cle:
            gardee = (cle, self.fabriquer())
            self.gardee = gardee
        return gardee[1]
