"""What a journey costs whoever makes it: clicks and pages, counted in a real browser.

A journey is driven on the demonstration, as the account that makes it does, from the page where one
starts: that page is not counted. `manage.py mesurer --parcours` prints them; a test of the browser
holds their bounds.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

Onglet = Any  # a page of Playwright


class Compteur:
    """A tab whose clicks and pages are counted."""

    def __init__(self, onglet: Onglet):
        self.onglet = onglet
        self.clics = 0
        self.pages = 0
        onglet.on("load", self._compter_une_page)

    def _compter_une_page(self, *_: object) -> None:
        self.pages += 1

    def partir_de(self, adresse: str) -> None:
        """Where the journey begins: what comes before is not counted."""
        self.onglet.goto(adresse, wait_until="load")
        self.clics = 0
        self.pages = 0

    def cliquer(self, ou: Any) -> None:
        """A click that stays on the page."""
        self.clics += 1
        self._trouver(ou).click()

    def choisir(self, liste: str, valeur: str) -> None:
        """A choice in a list: one click."""
        self.clics += 1
        self.onglet.select_option(liste, valeur)

    def suivre(self, ou: Any) -> None:
        """A click that leads to another page, loaded when this returns."""
        self.clics += 1
        with self.onglet.expect_event("load"):
            self._trouver(ou).click()

    def _trouver(self, ou: Any) -> Any:
        return self.onglet.locator(ou).first if isinstance(ou, str) else ou


@dataclass(frozen=True)
class Parcours:
    """A journey: who makes it, its bounds, how it is driven; raises when it cannot be done."""

    nom: str
    compte: str
    clics: int
    pages: int
    faire: Callable[[Compteur], None]


@dataclass(frozen=True)
class Mesure:
    """What a journey cost."""

    parcours: Parcours
    clics: int
    pages: int

    @property
    def tenue(self) -> bool:
        """Within both bounds."""
        return self.clics <= self.parcours.clics and self.pages <= self.parcours.pages

    def __str__(self) -> str:
        return (
            f"{self.parcours.nom} : {self.clics} clics sur {self.parcours.clics}, "
            f"{self.pages} pages sur {self.parcours.pages}"
        )


def mesurer(
    parcours: list[Parcours], entrer: Callable[[str], AbstractContextManager[Onglet]]
) -> Iterator[Mesure]:
    """Each journey in its own tab; `entrer(compte)` opens one signed in as this account."""
    for un in parcours:
        with entrer(un.compte) as onglet:
            compteur = Compteur(onglet)
            un.faire(compteur)
            yield Mesure(un, compteur.clics, compteur.pages)
