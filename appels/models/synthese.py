from django.db import models

from appels.models.fabrication import PapierPublic
from partenaires.models import Consultation


class Synthese(PapierPublic):
    """The synthesis of a consultation as a tagged PDF; made by the worker, then offered."""

    consultation = models.OneToOneField(Consultation, models.CASCADE, related_name="synthese")
    fichier = models.FileField(upload_to="syntheses/", blank=True)

    def __str__(self) -> str:
        return f"Bilan, {self.consultation}"

    @property
    def nom(self) -> str:
        return f"bilan-{self.consultation.adresse}.pdf"
