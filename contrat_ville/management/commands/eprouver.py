"""`python3 manage.py eprouver NOM`: a proof, long: real parts, counts printed, its sabotaged
control seen to fail.
"""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand

from contrat_ville.management.commands.test import Command as Epreuves

EPREUVES = {  # name: (what it shows, where it is, in one file or several)
    "saisie": (
        "tous les champs de tous les formulaires de tous les rôles, dans deux navigateurs, et "
        "200 valeurs pendant neuf pannes du réseau et du serveur",
        "tests/navigateur/test_saisie.py",
        "tests/navigateur/test_saisie_totale.py",
    ),
    "ecriture": (
        "10 000 enregistrements, travailleurs tués, PostgreSQL arrêté trois fois",
        "tests/epreuves/test_ecriture.py",
    ),
    "conflits": ("1 000 conflits entre deux personnes", "tests/epreuves/test_conflits.py"),
    "depot": ("un dépôt tué à chacun de ses points", "tests/epreuves/test_depot_tue.py"),
    "echeance": (
        "la clôture à la seconde, le processus entier dans une autre heure",
        "tests/epreuves/test_echeance.py",
    ),
    "procedure": (
        "la procédure contre un modèle, tous les rôles, par les pages",
        "tests/epreuves/test_procedure.py",
    ),
    "intrus": (
        "qui n’a pas de droit sur un dossier, à toutes les adresses et par tous les formulaires",
        "tests/epreuves/test_intrus.py",
    ),
    "campagne": (
        "quarante dossiers et cinq financeurs dans la démonstration, du dépôt aux lettres",
        "tests/navigateur/test_campagne.py",
    ),
    "interactions": (
        "chaque page à toutes les largeurs, chaque formulaire après chaque interaction, par axe",
        "tests/navigateur/test_interactions.py",
    ),
    "pannes": (
        "base, courtier, disque, courriel, antivirus arrêtés ; envois lents : rien de brut",
        "tests/epreuves/test_pannes.py",
        "tests/contrat_ville/test_pannes.py",
        "tests/services/test_reception.py",
        "tests/services/test_travailleur.py",
        "tests/partenaires/test_courriels.py",
    ),
    "fichiers": (
        "2 000 fichiers hostiles par toutes les entrées",
        "tests/appels/socle/test_fichiers.py",
    ),
}


class Command(BaseCommand):
    help = "Joue une épreuve longue (de quelques minutes à une heure) : " + ", ".join(EPREUVES)
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "nom",
            choices=EPREUVES,
            metavar="NOM",
            help=" ; ".join(f"{nom} : {quoi}" for nom, (quoi, *_) in EPREUVES.items()),
        )

    def handle(self, nom, **options: Any) -> None:
        quoi, *fichiers = EPREUVES[nom]
        self.stdout.write(f"Épreuve « {nom} » : {quoi}.")
        self.stdout.flush()
        os.environ["EPREUVE_LONGUE"] = "1"
        # The suite ends a test that hangs; here one test is the whole proof, and takes its time.
        sans_fin = ["-o", "faulthandler_timeout=0"]
        sys.exit(Epreuves().passer(["-s", "-p", "no:xdist", *sans_fin, *fichiers], sqlite=False))
