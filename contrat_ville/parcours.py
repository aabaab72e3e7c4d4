"""What a journey costs whoever makes it: pages, clicks and fields, counted in a real browser.

A journey is driven on the demonstration, as the account that makes it does, from the page where one
starts. `manage.py mesurer --parcours` prints them; tests of the browser hold their bounds.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

Onglet = Any  # a page of Playwright
PREMIER_CHAMP = """() => {
  const champs = "main :is(input:not([type=hidden]), textarea, select)";
  for (const champ of document.querySelectorAll(champs)) {
    const boite = champ.getBoundingClientRect();
    const style = getComputedStyle(champ);
    if (boite.width > 0 && style.visibility !== "hidden") return boite.top + scrollY;
  }
  return 0;
}"""


@dataclass(frozen=True)
class Appareil:
    """What one holds, and how far down the first field of a page may stand on it."""

    nom: str
    largeur: int  # CSS pixels, as all of these
    hauteur: int
    premier_champ: int

    @property
    def ecran(self) -> dict[str, int]:
        """As the browser takes it."""
        return {"width": self.largeur, "height": self.hauteur}


TELEPHONE = Appareil("téléphone", 390, 844, premier_champ=400)
ORDINATEUR = Appareil("ordinateur", 1440, 900, premier_champ=500)


@dataclass
class Compteur:
    """A tab, and what a person did in it so far."""

    onglet: Onglet
    pages: int = 0
    clics: int = 0
    champs: int = 0
    hauteurs: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.onglet.on("load", self._compter_une_page)

    def _compter_une_page(self, *_: object) -> None:
        self.pages += 1

    def partir_de(self, adresse: str) -> None:
        """Where somebody who is at work begins: what comes before is not counted."""
        self.aller(adresse)
        self.pages = self.clics = self.champs = 0

    def aller(self, adresse: str) -> None:
        """An address opened from outside, counted: the first page, the link of a mail."""
        self.onglet.goto(adresse, wait_until="load")

    def cliquer(self, ou: Any) -> None:
        """A click that stays on the page."""
        self.clics += 1
        self._trouver(ou).click()

    def choisir(self, liste: str, valeur: str) -> None:
        """A choice in a list: one click."""
        self.clics += 1
        self.onglet.select_option(liste, valeur)

    def cocher(self, *elements: str) -> None:
        """Boxes that are not ticked yet: a click each."""
        for element in elements:
            case = self._trouver(element)
            if not case.is_checked():
                case.check()
                self.clics += 1

    def ecrire(self, valeurs: dict[str, str]) -> None:
        """Texts typed in fields by their names."""
        for nom, valeur in valeurs.items():
            self.onglet.fill(f'[name="{nom}"]', valeur)
            self.champs += 1

    def suivre(self, ou: Any) -> None:
        """A click that leads to another page, loaded when this returns."""
        self.clics += 1
        with self.onglet.expect_event("load"):
            self._trouver(ou).click()

    def mesurer(self, nom: str) -> None:
        """How far down the first field of this page stands."""
        self.hauteurs[nom] = round(self.onglet.evaluate(PREMIER_CHAMP))

    def _trouver(self, ou: Any) -> Any:
        return self.onglet.locator(ou).first if isinstance(ou, str) else ou


@dataclass(frozen=True)
class Parcours:
    """A journey: who makes it, on what, its bounds, how it is driven; raises when it cannot be
    done.
    """

    nom: str
    compte: str  # of the demonstration; empty: nobody is signed in
    clics: int
    pages: int
    faire: Callable[[Compteur], None]
    champs: int | None = None  # where typing is what it costs
    appareil: Appareil = ORDINATEUR


@dataclass(frozen=True)
class Mesure:
    """What a journey cost."""

    parcours: Parcours
    clics: int
    pages: int
    champs: int
    trop_bas: dict[str, int]  # pages whose first field is too far down, in CSS pixels

    @property
    def tenue(self) -> bool:
        """Within each bound."""
        borne = self.parcours.champs
        return (
            self.clics <= self.parcours.clics
            and self.pages <= self.parcours.pages
            and (borne is None or self.champs <= borne)
            and not self.trop_bas
        )

    def __str__(self) -> str:
        dites = [
            f"{self.clics} clics sur {self.parcours.clics}",
            f"{self.pages} pages sur {self.parcours.pages}",
        ]
        if self.parcours.champs is not None:
            dites.append(f"{self.champs} champs sur {self.parcours.champs}")
        for nom, hauteur in self.trop_bas.items():
            dites.append(f"premier champ de « {nom} » à {hauteur} px")
        return f"{self.parcours.nom} : {', '.join(dites)}"


def mesurer(
    parcours: list[Parcours], entrer: Callable[[Parcours], AbstractContextManager[Onglet]]
) -> Iterator[Mesure]:
    """Each journey in its own tab; `entrer` opens one on its device, signed in as its account."""
    for un in parcours:
        with entrer(un) as onglet:
            compteur = Compteur(onglet)
            un.faire(compteur)
            trop_bas = {
                nom: hauteur
                for nom, hauteur in compteur.hauteurs.items()
                if hauteur > un.appareil.premier_champ
            }
            yield Mesure(un, compteur.clics, compteur.pages, compteur.champs, trop_bas)
