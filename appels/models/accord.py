import hashlib
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from appels.models.financement import DecisionPrise
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class SensAccord(models.TextChoices):
    """What a funder says of a decision that the service entered in its name."""

    ACCORD = "accord", "D’accord"
    RESERVE = "a_revoir", "À revoir"


class AccordQuerySet(JournaliseQuerySet["Accord"]):
    def donnes(self) -> "AccordQuerySet":
        """Those that let the letter leave."""
        return self.filter(sens=SensAccord.ACCORD, perime_le__isnull=True)

    def perimer(self, prise: int, instant: datetime) -> int:
        """The text is not the one that was agreed to any more: how many are to be given anew."""
        return self.donnes().filter(prise=prise).update(perime_le=instant)


class Accord(Journalise):
    """The word of a funder on a decision entered in its name, before its letter leaves."""

    REGARD = Regard(dossier="prise__financement__dossier")

    prise = models.OneToOneField(DecisionPrise, models.PROTECT, related_name="accord")
    sens = models.CharField("accord", max_length=8, choices=SensAccord.choices)
    motif = models.CharField("ce qui est à revoir", max_length=300, blank=True)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()
    # The letter was corrected, or discarded, since: the word is to be given anew
    perime_le = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = AccordQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="accord_a_revoir_dit_pourquoi",
                condition=~models.Q(sens=SensAccord.RESERVE) | ~models.Q(motif=""),
            )
        ]

    @property
    def laisse_partir(self) -> bool:
        """It agrees to the text as it stands."""
        return self.sens == SensAccord.ACCORD and self.perime_le is None

    @property
    def empreinte(self) -> str:
        """What it says in one word: changes with it."""
        return hashlib.sha256(repr((self.sens, self.motif)).encode()).hexdigest()[:16]

    def __str__(self) -> str:
        return self.get_sens_display()
