from django.conf import settings
from django.db import models


class NomPartie(models.TextChoices):
    """The parts of a dossier, one page each."""

    ORGANISME = "organisme", "Votre organisme"
    PROJET = "projet", "Le projet en bref"
    DESCRIPTION = "description", "Besoins, objectifs et description"
    LIEUX = "lieux", "Lieux et publics"
    MOYENS = "moyens", "Moyens"
    EVALUATION = "evaluation", "Évaluation"
    BUDGET = "budget", "Budget du projet"
    PIECES = "pieces", "Pièces à joindre"


class Partie(models.Model):
    """The version of one part: two people who write it both keep their text."""

    dossier = models.ForeignKey("appels.Dossier", models.CASCADE, related_name="parties")
    nom = models.CharField(max_length=12, choices=NomPartie.choices)
    version = models.PositiveIntegerField(default=0)
    enregistree_le = models.DateTimeField()
    enregistree_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "nom"], name="une_partie_par_nom")
        ]

    def __str__(self) -> str:
        return f"{self.get_nom_display()}, version {self.version}"
