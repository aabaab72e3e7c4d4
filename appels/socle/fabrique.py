"""Who writes which file: each stage registers its own, so that the worker only calls downwards."""

from collections.abc import Callable
from typing import BinaryIO

from appels.models import Export, GenreExport

Ecriture = Callable[[Export, BinaryIO], None]
ECRITURES: dict[GenreExport, Ecriture] = {}


def ecrit(genre: GenreExport) -> Callable[[Ecriture], Ecriture]:
    """Mark the function that writes an export of this kind into an open binary file."""

    def inscrire(ecriture: Ecriture) -> Ecriture:
        ECRITURES[genre] = ecriture
        return ecriture

    return inscrire
