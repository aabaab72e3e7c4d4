"""`python3 manage.py mesurer_reprises`: what the import of past years promises, shown on a thousand
lines; nothing of it is kept.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction


class Command(BaseCommand):
    help = (
        "Reprend mille lignes pleines de défauts sur la démonstration, les défait, et dit si tout "
        "est revenu. Rien n’est gardé."
    )

    def handle(self, **options: Any) -> None:
        from contrat_ville import barres, mesures_reprises  # they read models

        if settings.MODE == "production":
            raise CommandError("Les mesures se font sur un exemple, jamais en production.")
        with transaction.atomic():
            manquees = barres.dire(mesures_reprises.promesses(), self.stdout)
            transaction.set_rollback(True)
        if manquees:
            raise CommandError(f"Promesse manquée : {', '.join(manquees)}.")
        self.stdout.write("Toutes les promesses sont tenues.")
