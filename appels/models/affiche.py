from django.db import models

from appels.models.fabrication import PapierPublic
from quartiers.models import Quartier


class FormatAffiche(models.TextChoices):
    """What hangs or lies in a quartier, for those who write nothing on a screen (SUITES F8, H7)."""

    FEUILLET = "feuillet-a5", "Feuillet A5, à remplir"
    A4 = "affiche-a4", "Affiche A4"
    A3 = "affiche-a3", "Affiche A3"


class Affiche(PapierPublic):
    """The sheet or the poster of a quartier, with its short address and its QR code."""

    quartier = models.ForeignKey(Quartier, models.CASCADE, related_name="affiches")
    format = models.CharField(max_length=12, choices=FormatAffiche.choices)
    fichier = models.FileField(upload_to="affiches/", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quartier", "format"], name="une_affiche_par_format")
        ]

    def __str__(self) -> str:
        return f"{self.get_format_display()}, {self.quartier}"

    @property
    def nom(self) -> str:
        return f"{self.format}-{self.quartier.code}.pdf"
