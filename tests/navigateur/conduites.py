"""Chromium and Firefox under one face: what a proof asks of a browser, and nothing more."""

from typing import Any, Protocol

from django.conf import settings
from playwright.sync_api import BrowserContext

from tests.attente import BORNE
from tests.navigateur.firefox import Firefox


class Conduite(Protocol):
    """A browser with one person in front of it."""

    nom: str

    def aller(self, chemin: str) -> None:
        """The page, once it is loaded; whatever it asks before being left is answered yes."""

    def demander(self, fonction: str, argument: Any = None) -> Any:
        """What a function of JavaScript gives on the page."""

    def patienter(self) -> None:
        """Time goes by on the page: what waits for a pause of the person leaves."""

    def entrer(self, cle: str) -> None:
        """The session of this browser is this one; empty, none."""


class ParChromium:
    """A context of Playwright; the clock of its pages is moved by hand."""

    nom = "Chromium"

    def __init__(self, contexte: BrowserContext, site: str):
        self.contexte, self.site = contexte, site
        contexte.set_default_timeout(BORNE * 1000)
        contexte.clock.install()
        self.onglet = contexte.new_page()
        self.onglet.on("dialog", lambda question: question.accept())

    def aller(self, chemin: str) -> None:
        self.onglet.goto(self.site + chemin)

    def demander(self, fonction: str, argument: Any = None) -> Any:
        return self.onglet.evaluate(fonction, argument)

    def patienter(self) -> None:
        self.onglet.clock.run_for(3000)

    def entrer(self, cle: str) -> None:
        self.contexte.clear_cookies()
        if cle:
            self.contexte.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cle, "url": self.site}]
            )


class ParFirefox:
    """Firefox ESR; its clock is the real one."""

    nom = "Firefox ESR"

    def __init__(self, firefox: Firefox, site: str):
        self.firefox, self.site = firefox, site
        self.aller("/robots.txt")  # a cookie is put on the page of its site

    def aller(self, chemin: str) -> None:
        self.firefox.aller(self.site + chemin)

    def demander(self, fonction: str, argument: Any = None) -> Any:
        return self.firefox.demander(fonction, argument)

    def patienter(self) -> None:
        """Nothing to do: real time goes by."""

    def entrer(self, cle: str) -> None:
        self.firefox.oublier_les_cookies()
        if cle:
            self.firefox.poser_le_cookie(settings.SESSION_COOKIE_NAME, cle)
