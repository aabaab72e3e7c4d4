"""`python3 manage.py test`: the whole suite on a private PostgreSQL, a private Redis and a real browser."""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack

from django.conf import settings
from django.core.management.base import BaseCommand

from contrat_ville import services


class Command(BaseCommand):
    help = "Passe les épreuves. --sqlite : la part unitaire, sur SQLite ; --long : les longues. Le reste va à pytest."
    requires_system_checks = ()

    def run_from_argv(self, argv):
        """Everything but our own options is for pytest."""
        choix = {"--sqlite", "--long"}
        marque = "long" if "--long" in argv else (
            "not long and not postgresql and not services and not navigateur" if "--sqlite" in argv else "not long")
        arguments = ["-m", marque, *(a for a in argv[2:] if a not in choix)]
        sys.exit(self.passer(arguments, sqlite="--sqlite" in argv))

    def passer(self, arguments, sqlite):
        with ExitStack() as pile, tempfile.TemporaryDirectory(prefix="epreuves-") as dossier:
            environnement = {**os.environ, "MODE": "epreuve", "DONNEES": dossier,
                             "DJANGO_SETTINGS_MODULE": "contrat_ville.settings_test"}
            environnement.pop("REDIS_URL", None)
            try:
                if sqlite:
                    environnement["DATABASE_URL"] = f"sqlite:///{dossier}/base.sqlite3"
                    print("Épreuves unitaires sur SQLite", flush=True)
                else:
                    environnement["DATABASE_URL"] = os.environ.get("DATABASE_URL") or pile.enter_context(
                        services.postgresql())
                    environnement["REDIS_EPREUVE"] = os.environ.get("REDIS_URL") or pile.enter_context(
                        services.redis())
                    print("PostgreSQL et Redis privés : prêts", flush=True)
            except services.ServiceAbsent as absent:
                print(absent, file=sys.stderr)
                return 1
            return subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=settings.RACINE,
                                  env=environnement, check=False).returncode


