from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models

from appels.models.appel import Appel
from appels.models.dossier import Dossier
from appels.models.version import ALPHABET, nouveau_code
from partenaires.models import Partenaire
from quartiers.contraintes import ensemble
from quartiers.models import Regard, Suivi, SuiviQuerySet

LONGUEUR_DEROGATION = 8  # 30^8, some 6·10^11, behind a rate limit


def code_de_derogation() -> str:
    """A code that nobody guesses, short enough to be told on the phone."""
    return nouveau_code()[:LONGUEUR_DEROGATION]


class Prolongation(Suivi):
    """The closing of a call put off for everybody: both dates and the reason are public."""

    appel = models.ForeignKey(Appel, models.CASCADE, related_name="prolongations")
    ancienne = models.DateTimeField()
    nouvelle = models.DateTimeField()
    motif = models.CharField(max_length=300)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="prolongation_plus_tard", condition=models.Q(nouvelle__gt=models.F("ancienne"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.appel} : {self.nouvelle}"


class DerogationQuerySet(SuiviQuerySet[Any]):
    def utilisables(self, instant: datetime) -> Self:
        """Neither used, nor taken back, nor too old."""
        return self.filter(dossier__isnull=True, revoquee_le__isnull=True, jusqu_a__gt=instant)


class Derogation(Suivi):
    """A code that an agent gives to one organisation, until `jusqu_a`.

    It serves once: for a draft already begun, or for a new dossier.
    """

    REGARD = Regard(secrets=("code",), dossier="dossier", organisme="porteur")

    appel = models.ForeignKey(Appel, models.CASCADE, related_name="derogations")
    porteur = models.ForeignKey(
        Partenaire, models.PROTECT, related_name="+", verbose_name="organisme"
    )
    code = models.CharField(max_length=LONGUEUR_DEROGATION, unique=True, default=code_de_derogation)
    jusqu_a = models.DateTimeField()
    motif = models.CharField(max_length=300)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()
    revoquee_le = models.DateTimeField(null=True)
    revoquee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    dossier = models.OneToOneField(Dossier, models.PROTECT, null=True, related_name="derogation")
    utilisee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    utilisee_le = models.DateTimeField(null=True)

    objects: ClassVar = DerogationQuerySet.as_manager()

    class Meta:
        ordering = ["-le", "-pk"]
        constraints = [
            ensemble("derogation_utilisee_par_quelqu_un", "dossier", "utilisee_par", "utilisee_le"),
        ]

    def __str__(self) -> str:
        return f"{self.porteur}, jusqu’au {self.jusqu_a}"

    def est_utilisable(self, instant: datetime) -> bool:
        """Neither used, nor taken back, nor too old."""
        return self.dossier_id is None and self.revoquee_le is None and instant < self.jusqu_a

    @property
    def code_lisible(self) -> str:
        """« ABCD-EFGH »."""
        return f"{self.code[:4]}-{self.code[4:]}"


def lire_code(saisi: str) -> str:
    """The code as stored, whatever was typed between its letters; empty when it cannot be one."""
    code = "".join(signe for signe in saisi.upper() if signe.isascii() and signe.isalnum())
    if len(code) != LONGUEUR_DEROGATION or not set(code) <= set(ALPHABET):
        return ""
    return code
