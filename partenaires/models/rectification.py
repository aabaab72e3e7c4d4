from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from partenaires.models.partenaire import Partenaire
from quartiers.contraintes import ensemble
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class ChampRectifie(models.TextChoices):
    """What names an organisation, and that it does not change by itself."""

    NOM = "nom", "Nom"
    SIRET = "siret", "Numéro SIRET"
    RNA = "rna", "Numéro RNA"


class RectificationQuerySet(JournaliseQuerySet["Rectification"]):
    def en_attente(self) -> Self:
        return self.filter(tranchee_le__isnull=True)

    def acceptees(self) -> Self:
        return self.filter(tranchee_le__isnull=False, est_acceptee=True)


class Rectification(Journalise):
    """A new name or number asked by an organisation, agreed or refused by the service.

    The rows agreed are the history of the organisation; deposits keep what they were made with.
    """

    REGARD = Regard(secrets=("document", "document_nom"), organisme="partenaire")

    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="rectifications")
    champ = models.CharField("ce qui change", max_length=5, choices=ChampRectifie.choices)
    avant = models.CharField(max_length=200, blank=True)  # when asked, then when agreed
    apres = models.CharField(max_length=200)
    motif = models.CharField(max_length=300)
    document = models.FileField(upload_to="rectifications/", blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True)
    document_nom = models.CharField(max_length=120, blank=True)
    demandee_le = models.DateTimeField()
    demandee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    tranchee_le = models.DateTimeField(null=True, blank=True)
    tranchee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    est_acceptee = models.BooleanField(default=False)
    reponse = models.CharField(max_length=300, blank=True)  # why it is refused

    objects: ClassVar = RectificationQuerySet.as_manager()

    class Meta:
        ordering = ["-demandee_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partenaire", "champ"],
                name="une_rectification_en_attente",
                condition=models.Q(tranchee_le__isnull=True),
            ),
            ensemble("rectification_tranchee_par_quelqu_un", "tranchee_le", "tranchee_par"),
        ]

    def __str__(self) -> str:
        return f"{self.partenaire} : {self.get_champ_display()}"

    @property
    def depuis_le(self) -> datetime | None:
        """Since when the new value holds; None while it does not."""
        return self.tranchee_le if self.est_acceptee else None
