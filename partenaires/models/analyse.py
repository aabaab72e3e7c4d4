from typing import Self

from django.db import models


class EtatAnalyse(models.TextChoices):
    """What the antivirus said of a content."""

    ATTENTE = "attente", "En cours de contrôle"
    SAINE = "saine", "Contrôlé"
    INFECTEE = "infectee", "Refusé par l’antivirus"


class AnalyseQuerySet(models.QuerySet["Analyse"]):
    def a_faire(self) -> Self:
        return self.filter(etat=EtatAnalyse.ATTENTE).order_by("confiee_le", "pk")


class Analyse(models.Model):
    """The verdict on a content, known by its SHA-256.

    The same bytes are judged once, wherever they came in.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    emplacement = models.CharField(max_length=300)  # in the storage of files
    est_chiffree = models.BooleanField(default=False)
    etat = models.CharField(max_length=10, choices=EtatAnalyse.choices, default=EtatAnalyse.ATTENTE)
    signature = models.CharField(max_length=200, blank=True)  # the name that the antivirus gives
    confiee_le = models.DateTimeField()
    rendue_le = models.DateTimeField(null=True)

    objects = AnalyseQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.sha256[:12]} : {self.get_etat_display()}"
