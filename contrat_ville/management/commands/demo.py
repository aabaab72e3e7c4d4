"""`python3 manage.py demo`: the whole portal on this machine, with a living example."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

PLACE_NECESSAIRE = 200_000_000  # bytes
CHARGEMENTS = (
    "charger_territoire",
    "charger_partenaires",
    "charger_themes",
    "charger_demonstration",
    "recalculer",
)


class Command(BaseCommand):
    help = (
        "Lance la démonstration : --port N, --neuf (repart de zéro), --verifier (joue le "
        "parcours principal)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--neuf", action="store_true")
        parser.add_argument("--verifier", action="store_true")

    def handle(self, port: int, neuf: bool, verifier: bool, **options: Any) -> None:
        if settings.MODE != "demo":
            raise CommandError("La démonstration se lance sans variable MODE, ou avec MODE=demo.")
        if not 0 <= port <= 65535:
            raise CommandError("Le port est un nombre de 0 à 65535.")
        if verifier and "DONNEES" not in os.environ:
            self.verifier_a_part()
        self.preparer(neuf)
        self.servir(0 if verifier else port, verifier)

    def verifier_a_part(self) -> NoReturn:
        """A fresh demonstration in a folder of its own, removed at the end."""
        with tempfile.TemporaryDirectory(prefix="verification-") as dossier:
            resultat = subprocess.run(
                [sys.executable, "manage.py", "demo", "--verifier"],
                cwd=settings.RACINE,
                check=False,
                env={**os.environ, "DONNEES": dossier, "MODE": "demo"},
            )
        sys.exit(resultat.returncode)

    def preparer(self, neuf: bool) -> None:
        """Folders, database and example; a full or forbidden disk is said in one sentence."""
        try:
            self.faire_de_la_place(Path(settings.DONNEES), neuf)
            self.remplir_la_base()
        except OSError as erreur:
            raise CommandError(
                f"La préparation s’arrête : {erreur.strerror or erreur}."
            ) from erreur

    def faire_de_la_place(self, donnees: Path, neuf: bool) -> None:
        """The folders of the demonstration, empty when it starts afresh."""
        if neuf and donnees.exists():
            shutil.rmtree(donnees)
        donnees.mkdir(parents=True, exist_ok=True)
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(donnees).free < PLACE_NECESSAIRE:
            raise CommandError(
                "Le disque est presque plein : il faut 200 Mo libres pour la démonstration."
            )

    def remplir_la_base(self) -> None:
        """Tables, territory, partners, then the example; what is there already stays."""
        self.dire("Préparation de la base de données")
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        for commande in CHARGEMENTS:
            call_command(commande, stdout=self.stdout)

    def servir(self, port: int, verifier: bool) -> None:
        """Until Ctrl-C; or until the journey is played, whose answer is the status."""
        from contrat_ville import serveur as serveurs  # starts Django's WSGI application

        try:
            serveur = serveurs.ouvrir(port)
        except OSError as erreur:
            raise CommandError(
                f"Le port {port} est déjà pris : essayez --port {port + 1}."
            ) from erreur
        adresse = f"http://127.0.0.1:{serveur.server_port}"
        settings.URL_PUBLIQUE = adresse
        settings.CSRF_TRUSTED_ORIGINS = [adresse]
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with serveurs.en_marche(serveur) as fil:
            if verifier:
                from contrat_ville import verification

                sys.exit(verification.jouer(adresse, self.dire))
            self.accueillir(adresse)
            try:
                while fil.is_alive():
                    fil.join(1)
            except KeyboardInterrupt:
                self.dire("Arrêt de la démonstration")

    def accueillir(self, adresse: str) -> None:
        """Where to go, and who one may be."""
        from appels.demonstration import exemple, personnes

        self.dire(f"Portail prêt : {adresse}/")
        self.dire(f"Courriels : {adresse}/demonstration/courriels/")
        for libelle, (identifiant, _) in exemple.COMPTES.items():
            self.dire(
                f"{libelle} : {identifiant}@{personnes.DOMAINE}, "
                f"mot de passe {personnes.MOT_DE_PASSE}"
            )
        self.dire("Ctrl-C arrête tout.")

    def dire(self, phrase: str) -> None:
        """One plain line of progress, at once."""
        self.stdout.write(phrase)
        self.stdout.flush()
