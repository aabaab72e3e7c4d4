"""`python3 manage.py test`: the whole suite on a private PostgreSQL, a private Redis and a real
browser.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack

from django.conf import settings
from django.core.management.base import BaseCommand

from contrat_ville import services

RIEN_TROUVE = 5  # pytest's code when nothing was selected


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
        sys.exit(self.passer(list(self.tours(argv, autres)), sqlite="--sqlite" in argv))

    @staticmethod
    def tours(argv, autres):
        """What pytest is asked, turn by turn: the bulk side by side, then what measures or shares a
        broker, alone.
        """
        ensemble = [
            "-n",
            str(min(4, 1 + (os.cpu_count() or 1))),
            "--dist",
            "loadscope",
            "--no-loadscope-reorder",
        ]
        if "--long" in argv:
            yield ["-m", "long", *autres]
        elif "--sqlite" in argv:
            unitaire = (
                "not long and not postgresql and not services and not navigateur "
                "and not pages and not campagne"
            )
            yield ["-m", unitaire, "-n", "2", "--dist", "loadscope", *autres]
        else:
            yield ["-m", "not long and not services", *ensemble, *autres]
            yield ["-m", "services and not long", *autres]

    @staticmethod
    def migrer(url):
        """Once for all the databases of the run."""
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=settings.RACINE,
            check=True,
            env={**os.environ, "DATABASE_URL": url, "SANS_AMORCE": "1"},
        )

    def passer(self, tours, sqlite):
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
                    if "DATABASE_URL" not in os.environ:
                        os.environ[services.MODELE] = environnement[services.MODELE] = (
                            pile.enter_context(services.modele(self.migrer))
                        )
                    environnement["DATABASE_URL"] = os.environ.get(
                        "DATABASE_URL"
                    ) or pile.enter_context(services.postgresql())
                    environnement["REDIS_EPREUVE"] = os.environ.get(
                        "REDIS_URL"
                    ) or pile.enter_context(services.redis())
                    print("PostgreSQL et Redis privés : prêts", flush=True)
            except services.ServiceAbsent as absent:
                print(absent, file=sys.stderr)
                return 1
            codes = [
                subprocess.run(
                    [sys.executable, "-m", "pytest", *arguments],
                    cwd=settings.RACINE,
                    env=environnement,
                    check=False,
                ).returncode
                for arguments in tours
            ]
            if set(codes) == {RIEN_TROUVE}:
                return RIEN_TROUVE
            return next((code for code in codes if code not in (0, RIEN_TROUVE)), 0)
