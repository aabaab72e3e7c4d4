"""Load the themes that the page of the CUA names; safe to run twice."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.text import slugify

from appels.models import Theme

THEMES = [
    "Emploi",
    "Cadre de vie",
    "Environnement",
    "Culture",
    "Sport",
    "Solidarité",
    "Santé",
    "Alimentation",
    "Éducation",
]


class Command(BaseCommand):
    help = "Charge les thèmes des projets (sans effet la seconde fois)."

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        for position, libelle in enumerate(THEMES, 1):
            Theme.objects.update_or_create(
                cle=slugify(libelle), defaults={"libelle": libelle, "position": position}
            )
        self.stdout.write("Thèmes : à jour.")
