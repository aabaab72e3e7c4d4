"""`python3 manage.py test`: the whole suite on a private PostgreSQL, private Redis and a real
browser.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack

from django.conf import settings
from django.core.management.base import BaseCommand

from contrat_ville import services

UNITAIRE = (
    "not long and not postgresql and not services and not navigateur and not pages and not campagne"
    " and not libreoffice"
)
SANS_LIBREOFFICE = (
    "LibreOffice n’est pas là : les classeurs et les documents ne sont pas ouverts avec lui "
    "(Debian : apt install libreoffice-calc libreoffice-writer)."
)


class Command(BaseCommand):
    help = (
        "Passe les épreuves. --sqlite : la part unitaire, sur SQLite ; --long : les "
        "longues. Le reste va à pytest."
    )
    requires_system_checks = ()

    def run_from_argv(self, argv):
        """Everything but our own options is for pytest."""
        choix = {"--sqlite", "--long"}
        autres = [argument for argument in argv[2:] if argument not in choix]
        sys.exit(self.passer(self.demandes(argv, autres), sqlite="--sqlite" in argv))

    @staticmethod
    def demandes(argv, autres) -> list[str]:
        """What pytest is asked: side by side, whoever has finished takes from who has most left."""
        if "--long" in argv:
            return ["-m", "long", *autres]
        if "--sqlite" in argv:
            return ["-m", UNITAIRE, "-n", "2", "--dist", "worksteal", *autres]
        travailleurs = min(4, 1 + (os.cpu_count() or 1))
        choisies = "not long"
        if shutil.which("soffice") is None:
            print(SANS_LIBREOFFICE, flush=True)
            choisies += " and not libreoffice"
        return ["-m", choisies, "-n", str(travailleurs), "--dist", "worksteal", *autres]

    @staticmethod
    def migrer(url):
        """Once for all the databases of the run."""
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=settings.RACINE,
            check=True,
            env={**os.environ, "DATABASE_URL": url, "SANS_AMORCE": "1"},
        )

    def passer(self, demandes: list[str], sqlite: bool) -> int:
        """The code of pytest. A private PostgreSQL is there meanwhile; a proof that needs a Redis
        starts its own.
        """
        with ExitStack() as pile, tempfile.TemporaryDirectory(prefix="epreuves-") as dossier:
            environnement = {
                **os.environ,
                "MODE": "epreuve",
                "DONNEES": dossier,
                "DJANGO_SETTINGS_MODULE": "contrat_ville.settings_test",
            }
            environnement.pop("REDIS_URL", None)
            try:
                if sqlite:
                    environnement["DATABASE_URL"] = f"sqlite:///{dossier}/base.sqlite3"
                    print("Épreuves unitaires sur SQLite", flush=True)
                else:
                    environnement.update(self.base_de_donnees(pile))
                    print("PostgreSQL privé : prêt", flush=True)
            except services.ServiceAbsent as absent:
                print(absent, file=sys.stderr)
                return 1
            return subprocess.run(
                [sys.executable, "-m", "pytest", *demandes],
                cwd=settings.RACINE,
                env=environnement,
                check=False,
            ).returncode

    def base_de_donnees(self, pile: ExitStack) -> dict[str, str]:
        """The environment that gives the tests their server: that of DATABASE_URL, or a private
        one, whose databases are born migrated.
        """
        if "DATABASE_URL" in os.environ:
            return {}
        os.environ[services.MODELE] = pile.enter_context(services.modele(self.migrer))
        return {
            services.MODELE: os.environ[services.MODELE],
            "DATABASE_URL": pile.enter_context(services.postgresql()),
        }
