"""The real server of a proof: gunicorn with its workers, that a proof kills by id; browsers that
only speak HTTP.
"""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from contrat_ville.services import port_libre
from tests.attente import BORNE, jusqu_a

RACINE = Path(__file__).resolve().parent.parent.parent


def environnement(url: str, dossier: Path, **autres) -> dict:
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DONNEES": str(dossier),
        "MODE": "demo",
        "SANS_AMORCE": "1",
        "DJANGO_SETTINGS_MODULE": "contrat_ville.settings",
        "NIVEAU_JOURNAL": "CRITICAL",
        **autres,
    }


def preparer(env: dict, *arguments: str) -> dict:
    """Fill the database in a process of its own."""
    fait = subprocess.run(
        [sys.executable, "-m", "tests.epreuves.terrain", *arguments],
        cwd=RACINE,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * BORNE,
    )
    assert fait.returncode == 0, fait.stderr[-2000:]
    return json.loads(fait.stdout.strip().splitlines()[-1])


class Serveur:
    """gunicorn as in production: a master and workers."""

    def __init__(
        self, env: dict, module: str = "contrat_ville.wsgi", travailleurs: int = 3, fils: int = 4
    ):
        self.port = port_libre()
        self.processus = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                f"{module}:application",
                "--bind",
                f"127.0.0.1:{self.port}",
                "--workers",
                str(travailleurs),
                "--threads",
                str(fils),
                "--worker-class",
                "gthread",
                "--log-level",
                "critical",
                "--timeout",
                str(BORNE),
                "--preload",
            ],
            cwd=RACINE,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def attendre(self) -> None:
        jusqu_a(self.est_vivant, "le serveur")

    def est_vivant(self) -> bool:
        assert self.processus.poll() is None, "le serveur ne démarre pas"
        try:
            return Navigateur(self.port, {}).get("/sante/vivant")[0] == 200
        except OSError:
            return False

    def travailleurs(self) -> list[int]:
        """The ids of the workers that this master started."""
        enfants = (
            Path(f"/proc/{self.processus.pid}/task/{self.processus.pid}/children")
            .read_text()
            .split()
        )
        return [int(pid) for pid in enfants]

    def tuer_un_travailleur(self) -> None:
        """One that is there, as by a power cut; the master starts another one."""
        jusqu_a(self.travailleurs, "un travailleur à tuer")
        os.kill(self.travailleurs()[0], signal.SIGKILL)

    def arreter(self) -> None:
        self.processus.terminate()
        try:
            self.processus.wait(BORNE)
        except subprocess.TimeoutExpired:
            self.processus.kill()
            self.processus.wait()


@contextmanager
def serveur(env: dict, **options):
    lance = Serveur(env, **options)
    try:
        lance.attendre()
        yield lance
    finally:
        lance.arreter()


class Navigateur:
    """Cookies, the token of the forms, and nothing else."""

    def __init__(self, port: int, cookies: dict):
        self.port, self.cookies = port, dict(cookies)

    def _demander(self, methode: str, chemin: str, corps: str = "", entetes: dict | None = None):
        lien = http.client.HTTPConnection("127.0.0.1", self.port, timeout=BORNE)
        try:
            lien.request(
                methode,
                chemin,
                corps or None,
                {
                    "Cookie": "; ".join(f"{nom}={valeur}" for nom, valeur in self.cookies.items()),
                    "X-Forwarded-Proto": "https",
                    "Referer": f"https://127.0.0.1:{self.port}/",
                    **(entetes or {}),
                },
            )
            reponse = lien.getresponse()
            texte = reponse.read().decode(errors="replace")
            for entete in reponse.headers.get_all("Set-Cookie", []):
                nom, valeur = entete.split(";", 1)[0].split("=", 1)
                self.cookies[nom] = valeur
            return reponse.status, texte, reponse.headers
        except http.client.HTTPException as erreur:
            raise OSError(str(erreur)) from erreur
        finally:
            lien.close()

    def get(self, chemin: str):
        return self._demander("GET", chemin)

    def post(self, chemin: str, champs: dict, *, script: bool = False):
        entetes = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._demander(
            "POST",
            chemin,
            urlencode(champs, doseq=True),
            {**entetes, **({"Accept": "application/json"} if script else {})},
        )

    def jeton(self, chemin: str) -> str:
        """The token that a page gives to its forms."""
        return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(chemin)[1])[1]
