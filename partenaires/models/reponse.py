"""What the service answers, what follows, and whether it helped (SUITES F8; U73, U75)."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from partenaires.models.contribution import Contribution
from quartiers.models import Journalise


class Reponse(Journalise):
    """The answer of the service to a contribution; « transmise » names whom."""

    contribution = models.OneToOneField(Contribution, models.PROTECT, related_name="reponse")
    texte = models.TextField("réponse", max_length=3000)
    signature = models.CharField("service qui signe", max_length=150)
    transmise_a = models.CharField("transmise à", max_length=150, blank=True)
    le = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-le", "-pk"]

    def __str__(self) -> str:
        return f"Réponse à la contribution {self.contribution_id}"


class EtapeSuite(models.TextChoices):
    """Where a step of what follows stands."""

    FAITE = "faite", "Faite"
    EN_COURS = "en_cours", "En cours"
    A_VENIR = "a_venir", "À venir"


class Suite(Journalise):
    """A dated step of what follows an answer: done, under way, to come."""

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="suites")
    etape = models.CharField("étape", max_length=8, choices=EtapeSuite.choices)
    date = models.DateField("date")
    texte = models.CharField("ce qui est fait", max_length=300)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["date", "pk"]

    def __str__(self) -> str:
        return self.texte


class UtileQuerySet(models.QuerySet["Utile"]):
    def de_cette_reponse(self) -> Self:
        """Said of the answer as it stands: what was said of a former one is kept, not counted."""
        return self.filter(le__gte=models.F("reponse__le"))


class Utile(models.Model):
    """What the public thinks of an answer: it helped, or not, and why; nobody is named."""

    reponse = models.ForeignKey(Reponse, models.CASCADE, related_name="utiles")
    est_utile = models.BooleanField("cette réponse est utile")
    pourquoi = models.CharField("pourquoi", max_length=500, blank=True)  # read by the service only
    envoi = models.CharField(max_length=64, unique=True)
    le = models.DateTimeField()

    objects: ClassVar = UtileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return "Utile" if self.est_utile else "Pas utile"
