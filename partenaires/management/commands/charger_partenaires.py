"""Load the partners that the page of the CUA names, and the empty texts.

What agents wrote is never undone.
"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from partenaires.models import (
    TEXTES,
    AideALaQuestion,
    MotDuBudget,
    Partenaire,
    Service,
    Texte,
)
from quartiers import horloge
from quartiers.models import Commune, Parution

DONNEES = Path(__file__).resolve().parents[2] / "donnees"
FICHIER = DONNEES / "partenaires.json"
ECRITURE = DONNEES / "ecriture.json"


class Command(BaseCommand):
    help = "Charge les partenaires du contrat (sans effet la seconde fois)."

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        if not Partenaire.objects.filter(est_signataire=True).exists():
            self.creer_les_partenaires()
        if not Service.objects.exists():
            Service.objects.create()
        for position, (cle, (page, titre)) in enumerate(TEXTES.items()):
            Texte.objects.get_or_create(
                cle=cle, defaults={"page": page, "titre": titre, "position": position}
            )
        self.aider_a_ecrire()
        Parution.avancer(horloge.maintenant())
        self.stdout.write("Partenaires du contrat : à jour.")

    def creer_les_partenaires(self) -> None:
        """In the order of the page of the CUA."""
        donnees = json.loads(FICHIER.read_text(encoding="utf-8"))
        for position, ligne in enumerate(donnees["partenaires"], 1):
            Partenaire.objects.create(
                genre=ligne["genre"],
                nom=ligne["nom"],
                sigle=ligne.get("sigle", ""),
                role_contrat=ligne["role"],
                est_signataire=True,
                position=position,
                source=donnees["source"],
                commune=Commune.objects.filter(code_insee=ligne.get("insee", "")).first(),
            )

    def aider_a_ecrire(self) -> None:
        """The words of the budget and the help beside the questions: the first time only."""
        donnees = json.loads(ECRITURE.read_text(encoding="utf-8"))
        if not MotDuBudget.objects.exists():
            for code, mots in donnees["mots"].items():
                for mot in mots:
                    MotDuBudget.objects.create(mot=mot, code=code)
        for position, aide in enumerate(donnees["aides"]):
            AideALaQuestion.objects.get_or_create(
                cle=aide["cle"], defaults={**aide, "position": position}
            )
