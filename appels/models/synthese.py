from django.core.files import File
from django.db import models

from appels.models.fabrication import Fabrication, FabricationQuerySet
from partenaires.models import Consultation


class Synthese(Fabrication):
    """The synthesis of a consultation as a tagged PDF; made by the worker, then offered."""

    REPERE = "empreinte"

    consultation = models.OneToOneField(Consultation, models.CASCADE, related_name="synthese")
    parution = models.PositiveBigIntegerField(null=True)
    empreinte = models.CharField(max_length=64, blank=True)  # SHA-256 of what was laid out
    fichier = models.FileField(upload_to="syntheses/", blank=True)
    taille = models.PositiveIntegerField(default=0)  # bytes

    objects = FabricationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Bilan, {self.consultation}"

    @property
    def nom(self) -> str:
        return f"bilan-{self.consultation.adresse}.pdf"

    @property
    def est_a_faire(self) -> bool:
        """The paper of before stays offered while the next one is made."""
        return self.essais < self.ESSAIS_MAX

    def ranger(self, contenu: File) -> None:
        """Store it under its own name."""
        self.taille = contenu.size
        self.fichier.save(self.nom, contenu, save=False)
