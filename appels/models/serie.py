from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from appels.models.etats import Etat
from partenaires.models import Partenaire
from quartiers.contraintes import ensemble
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class SerieQuerySet(JournaliseQuerySet["Serie"]):
    def suivies(self) -> Self:
        """Those that a dossier holds, drafts given up apart: the latest first."""
        gardes = [etat for etat in Etat if etat != Etat.ABANDONNE]
        return self.filter(dossiers__etat__in=gardes).distinct()


class Serie(Journalise):
    """One action of an organisation, from one year to the next: its dossiers hold it.

    It outlives its first dossier, a change of title or of number: nothing that holds it may go
    without it.
    """

    REGARD = Regard(organisme="porteur")

    porteur = models.ForeignKey(Partenaire, models.PROTECT, related_name="series")
    premiere_annee = models.PositiveSmallIntegerField("première année")
    titre = models.CharField("titre", max_length=256, blank=True)

    objects: ClassVar = SerieQuerySet.as_manager()

    class Meta:
        ordering = ["-premiere_annee", "titre", "pk"]

    def __str__(self) -> str:
        return f"{self.titre or 'Projet sans titre'}, depuis {self.premiere_annee}"


class GesteSurSerie(models.TextChoices):
    """What an agent does to a series."""

    DETACHER = "detacher", "Détaché de sa série"
    RATTACHER = "rattacher", "Rattaché à une autre série"
    REUNIR = "reunir", "Série réunie à une autre"


class MouvementDeSerie(Journalise):
    """Dossiers that went from a series to another, by whom, why; it can be undone.

    `dossiers`: the keys of those that moved, so that they alone come back.
    """

    REGARD = Regard(organisme="vers__porteur")

    geste = models.CharField(max_length=10, choices=GesteSurSerie.choices)
    de = models.ForeignKey(Serie, models.PROTECT, related_name="departs")
    vers = models.ForeignKey(Serie, models.PROTECT, related_name="arrivees")
    dossiers = models.JSONField()
    motif = models.CharField(max_length=300)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()
    annule_le = models.DateTimeField(null=True, blank=True)
    annule_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = JournaliseQuerySet.as_manager()

    class Meta:
        ordering = ["-le", "-pk"]
        constraints = [ensemble("mouvement_annule_par_quelqu_un", "annule_le", "annule_par")]

    def __str__(self) -> str:
        return f"{self.get_geste_display()} : {self.de} → {self.vers}"
