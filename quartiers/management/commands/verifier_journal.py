"""Recompute every seal of the logs and say what differs."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from quartiers import horloge, sceaux
from quartiers.models import Sceau


class Command(BaseCommand):
    help = (
        "Recalcule les sceaux du journal et dit ce qui diffère : ligne changée, supprimée, "
        "intercalée, fin coupée. Sort en erreur (1) au moindre écart."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--sceau",
            default="",
            help="la tête d’un sceau gardée hors du serveur (courriel ou papier)",
        )

    def handle(self, sceau: str, **options: Any) -> None:
        tete = "".join(sceau.split()).lower()
        ecarts = sceaux.verifier(tete=tete, maintenant=horloge.maintenant())
        for ecart in ecarts:
            self.stdout.write(ecart)
        dernier = Sceau.objects.last()
        if ecarts:
            self.stdout.write(f"Écarts : {len(ecarts)}. Gardez la base telle qu’elle est.")
            sys.exit(1)
        if dernier is None:
            self.stdout.write("Aucun sceau encore : le premier se fait la nuit prochaine.")
            return
        self.stdout.write(f"Le journal est entier. {dernier} : {dernier.tete}")
