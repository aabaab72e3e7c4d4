"""Load the fictitious example into an empty demonstration database."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from appels import demonstration, instruction_fictive, lettres_fictives, resultats_fictifs


class Command(BaseCommand):
    help = "Charge l’exemple fictif de la démonstration (jamais en production)."

    def handle(self, **options):
        if settings.MODE == "production":
            raise CommandError("La démonstration ne se charge pas en production.")
        demonstration.charger()
        resultats_fictifs.charger()
        instruction_fictive.charger()
        lettres_fictives.charger()
        self.stdout.write("Exemple fictif : chargé.")
