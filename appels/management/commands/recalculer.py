"""`python3 manage.py recalculer`: the public rows made again from the procedure."""

from django.core.management.base import BaseCommand

from appels.socle import soutiens
from quartiers import horloge
from quartiers.francais import accorder

DITS = 100  # sentences; beyond, their number


class Command(BaseCommand):
    help = (
        "Refait les lignes publiques et leurs totaux à partir des décisions publiées, et dit ce "
        "qui différait. Sans effet quand tout est juste."
    )

    def handle(self, **options):
        ecarts = soutiens.recalculer(horloge.maintenant())
        for ecart in ecarts[:DITS]:
            self.stdout.write(ecart)
        if len(ecarts) > DITS:
            self.stdout.write(f"… et {accorder(len(ecarts) - DITS, 'autre')}.")
        if ecarts:
            self.stdout.write(f"{accorder(len(ecarts), 'écart réparé', 'écarts réparés')}.")
        else:
            self.stdout.write("Tout est juste : rien n’a changé.")
