from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models

from appels.models.dossier import Dossier
from appels.models.enveloppe import Scenario

# A silence longer than this says nothing any more: the person may have gone home.
DUREE = timedelta(minutes=15)


class Ouvrage(models.TextChoices):
    """What is being written of a dossier, in the words that follow « modifie »."""

    PARTIE = "partie", "cette partie"
    AVIS = "avis", "cet avis"
    DECISIONS = "decisions", "ces montants"
    LETTRE = "lettre", "cette lettre"
    PIECES = "pieces", "ces pièces"


class EcritureQuerySet(models.QuerySet[Any]):
    def vives(self, instant: datetime) -> Self:
        """Those that say something still."""
        return self.filter(vue_le__gt=instant - DUREE)


class EcritureEnCours(models.Model):
    """Somebody has a page open to write it: told to the same side, never a lock.

    `camp` says whose side (« service », « porteur-12 », « financeur-3 »): nobody of another side
    reads it. It dies by itself after `DUREE`, and no history keeps it.
    """

    personne = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # One of the two: the amounts of a scenario are those of many dossiers
    dossier = models.ForeignKey(Dossier, models.CASCADE, null=True, related_name="+")
    scenario = models.ForeignKey(Scenario, models.CASCADE, null=True, related_name="+")
    ouvrage = models.CharField(max_length=10, choices=Ouvrage.choices)
    # Which one, when there are several: the part, the letter
    cle = models.CharField(max_length=40, blank=True)
    camp = models.CharField(max_length=24)
    depuis = models.DateTimeField()
    vue_le = models.DateTimeField(db_index=True)

    objects = EcritureQuerySet.as_manager()

    class Meta:
        ordering = ["depuis", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "ouvrage", "cle", "camp", "personne"],
                name="une_ecriture_par_personne",
            ),
            models.UniqueConstraint(
                fields=["scenario", "ouvrage", "cle", "camp", "personne"],
                name="une_ecriture_par_scenario",
            ),
            models.CheckConstraint(
                condition=models.Q(dossier__isnull=True) ^ models.Q(scenario__isnull=True),
                name="ecriture_d_un_seul_objet",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.personne} : {self.get_ouvrage_display()}"
