"""`python3 manage.py recalculer`: what is kept for pages and lists, made again."""

from typing import Any

from django.core.management.base import BaseCommand

from appels.socle import comptages, condenses, soutiens
from quartiers import horloge
from quartiers.francais import accorder

DITS = 100  # sentences; beyond, their number


class Command(BaseCommand):
    help = (
        "Refait à partir de la procédure les lignes publiques, leurs totaux, ce que les listes "
        "lisent de chaque dossier et les comptes des appels, et dit ce qui différait. Sans effet "
        "quand tout est juste."
    )

    def handle(self, **options: Any) -> None:
        ecarts = [
            *soutiens.recalculer(horloge.maintenant()),
            *condenses.recalculer(),
            *comptages.recalculer(),
        ]
        for ecart in ecarts[:DITS]:
            self.stdout.write(ecart)
        if len(ecarts) > DITS:
            self.stdout.write(f"… et {accorder(len(ecarts) - DITS, 'autre')}.")
        if ecarts:
            self.stdout.write(f"{accorder(len(ecarts), 'écart réparé', 'écarts réparés')}.")
        else:
            self.stdout.write("Tout est juste : rien n’a changé.")
