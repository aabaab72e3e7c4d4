"""Debian's Firefox ESR, driven by its own door (Marionette): no package in between.

The protocol is a line of JSON after its length: `[0, number, command, parameters]`, answered by
`[1, number, error, value]`.
"""

import json
import os
import socket
import subprocess
from pathlib import Path
from typing import Any

from contrat_ville.services import port_libre
from tests.attente import BORNE, jusqu_a

PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.disable_beforeunload": True,  # leaving is what is tried: nobody is there to answer
    "intl.accept_languages": "fr-FR",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}


class Firefox:
    """One window, without a screen; commands named as in the WebDriver norm."""

    def __init__(self, profil: Path):
        port = port_libre()
        lignes = {**PREFERENCES, "marionette.port": port}
        (profil / "user.js").write_text(
            "\n".join(
                f"user_pref({json.dumps(nom)}, {json.dumps(valeur)});"
                for nom, valeur in lignes.items()
            ),
            encoding="utf-8",
        )
        self.processus = subprocess.Popen(
            [
                os.environ.get("FIREFOX", "firefox-esr"),
                "-headless",
                "-marionette",
                "-no-remote",
                "-profile",
                str(profil),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.numero = 0
        self.recu = b""
        self.prise = self._joindre(port)
        self._lire()  # it says who it is
        self.commander("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {}}})
        self.commander("WebDriver:SetTimeouts", {"script": BORNE * 1000, "pageLoad": BORNE * 1000})

    def _joindre(self, port: int) -> socket.socket:
        trouvees: list[socket.socket] = []

        def repond() -> bool:
            try:
                trouvees.append(socket.create_connection(("127.0.0.1", port), timeout=BORNE))
            except OSError:
                return False
            return True

        jusqu_a(repond, "Firefox écoute")
        return trouvees[0]

    def _lire(self) -> Any:
        """The next message, whole."""
        while b":" not in self.recu:
            self.recu += self._morceau()
        longueur, _, self.recu = self.recu.partition(b":")
        while len(self.recu) < int(longueur):
            self.recu += self._morceau()
        message, self.recu = self.recu[: int(longueur)], self.recu[int(longueur) :]
        return json.loads(message)

    def _morceau(self) -> bytes:
        lu = self.prise.recv(65536)
        assert lu, "Firefox s’est fermé"
        return lu

    def commander(self, nom: str, parametres: dict | None = None) -> Any:
        """What Firefox answers; an `AssertionError` with its words when it refuses."""
        self.numero += 1
        texte = json.dumps([0, self.numero, nom, parametres or {}]).encode()
        self.prise.sendall(f"{len(texte)}:".encode() + texte)
        _, numero, erreur, valeur = self._lire()
        assert (numero, erreur) == (self.numero, None), (nom, erreur)
        return valeur

    def aller(self, adresse: str) -> None:
        """The page, once it is loaded."""
        self.commander("WebDriver:Navigate", {"url": adresse})

    def demander(self, fonction: str, argument: Any = None) -> Any:
        """What this function of JavaScript gives on the page."""
        return self.commander(
            "WebDriver:ExecuteAsyncScript",
            {
                "script": f"const dire = arguments[arguments.length - 1];"
                f"Promise.resolve(({fonction})(arguments[0])).then(dire);",
                "args": [argument],
                "sandbox": None,
            },
        )["value"]

    def frapper(self, selecteur: str, touches: str) -> None:
        """Real keys in a field."""
        reference = self.commander(
            "WebDriver:FindElement", {"using": "css selector", "value": selecteur}
        )["value"]
        identifiant = next(iter(reference.values()))
        self.commander("WebDriver:ElementSendKeys", {"id": identifiant, "text": touches})

    def poser_le_cookie(self, nom: str, valeur: str) -> None:
        """On the site of the page that is open."""
        self.commander(
            "WebDriver:AddCookie", {"cookie": {"name": nom, "value": valeur, "path": "/"}}
        )

    def oublier_les_cookies(self) -> None:
        self.commander("WebDriver:DeleteAllCookies")

    def fermer(self) -> None:
        """End it, by its own process."""
        self.prise.close()
        self.processus.terminate()
        self.processus.wait(BORNE)
