from typing import ClassVar, Self

from django.core.files import File
from django.db import models

from appels.models.fabrication import Fabrication, FabricationQuerySet
from quartiers.models import Quartier


class FormatAffiche(models.TextChoices):
    """What hangs or lies in a quartier, for those who write nothing on a screen (SUITES F8, H7)."""

    FEUILLET = "feuillet-a5", "Feuillet A5, à remplir"
    A4 = "affiche-a4", "Affiche A4"
    A3 = "affiche-a3", "Affiche A3"


class AfficheQuerySet(FabricationQuerySet):
    def a_faire(self, numero: int) -> Self:
        """Those laid out before the parution `numero`."""
        return self.exclude(parution=numero).filter(essais__lt=Affiche.ESSAIS_MAX)


class Affiche(Fabrication):
    """The sheet or the poster of a quartier, with its short address and its QR code."""

    REPERE = "empreinte"

    quartier = models.ForeignKey(Quartier, models.CASCADE, related_name="affiches")
    format = models.CharField(max_length=12, choices=FormatAffiche.choices)
    parution = models.PositiveBigIntegerField(null=True)
    empreinte = models.CharField(max_length=64, blank=True)  # SHA-256 of what was laid out
    fichier = models.FileField(upload_to="affiches/", blank=True)
    taille = models.PositiveIntegerField(default=0)  # bytes

    objects: ClassVar = AfficheQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quartier", "format"], name="une_affiche_par_format")
        ]

    def __str__(self) -> str:
        return f"{self.get_format_display()}, {self.quartier}"

    @property
    def nom(self) -> str:
        return f"{self.format}-{self.quartier.code}.pdf"

    @property
    def est_a_faire(self) -> bool:
        """The one of before stays offered while the next is made."""
        return self.essais < self.ESSAIS_MAX

    def ranger(self, contenu: File) -> None:
        """Store it under its own name."""
        self.taille = contenu.size
        self.fichier.save(self.nom, contenu, save=False)
