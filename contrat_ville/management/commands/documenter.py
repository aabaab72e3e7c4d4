"""`python3 manage.py documenter`: what the code says of itself, written in `docs/`."""

import os
import subprocess
import sys
import tempfile
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from contrat_ville import documents
from contrat_ville.management.commands.demo import Command as Demonstration


class Command(BaseCommand):
    help = (
        "Écrit docs/etats.md, docs/pieces.md et docs/pages.md d’après le code. "
        "--verifier : n’écrit rien, sort en erreur s’ils ne disent plus ce que fait le code. "
        "--images : photographie les pages de la démonstration dans docs/images/."
    )
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("--verifier", action="store_true")
        parser.add_argument("--images", action="store_true")

    def handle(self, verifier, images, **options: Any) -> None:
        if verifier:
            return self.verifier()
        for chemin in documents.ecrire():
            self.stdout.write(f"{chemin} : écrit")
        if images and "DONNEES" not in os.environ:
            return self.photographier_a_part()
        if images:
            self.photographier()

    def verifier(self):
        """Says which documents are stale, and fails."""
        if perimes := documents.perimes():
            raise CommandError(
                f"À réécrire par « python3 manage.py documenter » : {', '.join(perimes)}."
            )
        self.stdout.write("Les documents disent ce que fait le code.")

    def photographier_a_part(self):
        """A fresh demonstration in a folder of its own, removed at the end."""
        with tempfile.TemporaryDirectory(prefix="photographies-") as dossier:
            resultat = subprocess.run(
                [sys.executable, "manage.py", "documenter", "--images"],
                cwd=settings.RACINE,
                check=False,
                env={**os.environ, "DONNEES": dossier, "MODE": "demo"},
            )
        if resultat.returncode:
            raise SystemExit(resultat.returncode)

    def photographier(self):
        """The pictures, on a demonstration served from `DONNEES`."""
        from contrat_ville import photographies, serveur  # starts Django's WSGI application

        if settings.MODE != "demo":
            raise CommandError("Les pages se photographient dans la démonstration : MODE=demo.")
        demonstration = Demonstration()
        demonstration.stdout = self.stdout
        demonstration.preparer(neuf=False)
        adresses = photographies.adresses()
        portail = serveur.ouvrir(0)
        racine = f"http://127.0.0.1:{portail.server_port}"
        settings.URL_PUBLIQUE, settings.CSRF_TRUSTED_ORIGINS = racine, [racine]
        with serveur.en_marche(portail):
            for chemin, octets in photographies.prendre(racine, adresses):
                relatif = chemin.relative_to(settings.RACINE)
                self.stdout.write(f"{relatif} : {octets / 1000:.0f} ko")
