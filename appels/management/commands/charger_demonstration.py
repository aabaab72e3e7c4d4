"""Load the fictitious example into an empty demonstration database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from appels.demonstration import (
    annees_passees,
    exemple,
    instruction,
    lettres,
    paroles,
    resultats,
)


class Command(BaseCommand):
    help = "Charge l’exemple fictif de la démonstration (jamais en production)."

    def handle(self, **options: Any) -> None:
        if settings.MODE == "production":
            raise CommandError("La démonstration ne se charge pas en production.")
        exemple.charger()
        lettres.charger()  # before: what was decided is told by them
        resultats.charger()
        annees_passees.charger()
        instruction.charger()
        paroles.charger()
        self.stdout.write("Exemple fictif : chargé.")
