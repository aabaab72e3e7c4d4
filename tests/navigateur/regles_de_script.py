"""A rule of a script is played twice: as it is, and on the script without it (the control)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

Ecran = TypeVar("Ecran")
PATIENCE = 3000  # ms, on a sabotaged script alone: what it never shows is given up


@dataclass(frozen=True)
class Regle:
    """What is seen when the rule is played, and the piece of the script that holds it."""

    jouer: Callable[[Any], Any]
    attendu: Any
    sans: tuple[str, str]


@contextmanager
def ecrans(
    chromium: Any, scripts: dict[str, str], faire: Callable[[Any, dict[str, str]], Ecran]
) -> Iterator[Callable[..., Ecran]]:
    """`page(sans=(fragment, replacement))`: a page of its own, with these scripts, as they are or
    without a rule; `scripts`: {address: text}.
    """
    contextes = []

    def page(sans: tuple[str, str] | None = None) -> Ecran:
        servis = dict(scripts)
        contextes.append(chromium.new_context(locale="fr-FR"))
        if sans is not None:
            assert sum(texte.count(sans[0]) for texte in servis.values()) == 1, sans[0]
            servis = {chemin: texte.replace(*sans) for chemin, texte in servis.items()}
            contextes[-1].set_default_timeout(PATIENCE)
        return faire(contextes[-1], servis)

    yield page
    for contexte in contextes:
        contexte.close()
