from django.db import models


class MotifsPar(models.TextChoices):
    """What a reader gives a reason for, beside the scores."""

    CRITERE = "critere", "Un motif pour chaque critère"
    BLOC = "bloc", "Un motif pour chaque bloc de critères"


class ReglagesDesFinanceurs(models.Model):
    """What the service chooses, call by call, of how its funders read and score."""

    avis_apres_le_sien = models.BooleanField(
        "un financeur lit les avis des autres une fois le sien partagé", default=True
    )
    matrice_ouverte = models.BooleanField(
        "les financeurs lisent la matrice du scénario figé", default=False
    )
    comite_ouvert = models.BooleanField(
        "les financeurs lisent l’ordre du jour et les procès-verbaux", default=False
    )
    motifs_par = models.CharField(
        "motifs des notes", max_length=8, choices=MotifsPar.choices, default=MotifsPar.BLOC
    )
    lectures_attendues = models.PositiveSmallIntegerField(
        "lectures attendues pour un dossier", null=True, blank=True
    )

    class Meta:
        abstract = True

    @property
    def un_motif_par_bloc(self) -> bool:
        """A reader says why once a block, not once a criterion."""
        return self.motifs_par == MotifsPar.BLOC


# How long before, in days, the list says that a silence will be a refusal.
AVANT_REJET = [(7, "7 jours avant"), (15, "15 jours avant"), (30, "30 jours avant")]


class ReglagesDesSignaux(models.Model):
    """When the work list of a call says that something must be looked at."""

    jours_avant_rejet = models.PositiveSmallIntegerField(
        "rejet implicite signalé au service", choices=AVANT_REJET, default=15
    )

    class Meta:
        abstract = True
