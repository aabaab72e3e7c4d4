"""Load the partners that the page of the CUA names; safe to run twice."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction

from partenaires.models import Partenaire
from quartiers.models import Commune

FICHIER = Path(__file__).resolve().parents[2] / "donnees" / "partenaires.json"


class Command(BaseCommand):
    help = "Charge les partenaires du contrat (sans effet la seconde fois)."

    @transaction.atomic
    def handle(self, **options):
        donnees = json.loads(FICHIER.read_text(encoding="utf-8"))
        for position, ligne in enumerate(donnees["partenaires"], 1):
            Partenaire.objects.update_or_create(
                genre=ligne["genre"], nom=ligne["nom"], est_signataire=True,
                defaults={"sigle": ligne.get("sigle", ""), "role_contrat": ligne["role"],
                          "position": position, "source": donnees["source"],
                          "commune": Commune.objects.filter(code_insee=ligne.get("insee", "")).first()})
        self.stdout.write("Partenaires du contrat : à jour.")
