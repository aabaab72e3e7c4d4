"""What a resident said and a project that follows it, told together (SUITES F8, « Placement »)."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from appels.models.diffusion import Publication
from appels.models.dossier import Dossier
from partenaires.models import Contribution
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class RattachementQuerySet(JournaliseQuerySet["Rattachement"]):
    def publics(self) -> Self:
        """Those that everybody reads: a public word, and a project whose decision is released."""
        soutenus = Publication.objects.publiques().values("prise__financement__dossier")
        return self.filter(
            contribution__in=Contribution.objects.publiques(), dossier__in=soutenus
        ).select_related("dossier", "contribution__consultation")


class Rattachement(Journalise):
    """A contribution and the dossier of a project that it speaks of, linked by an agent."""

    REGARD = Regard(dossier="dossier")

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="rattachements")
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="rattachements")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    objects: ClassVar = RattachementQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "dossier"], name="un_rattachement_par_dossier"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contribution} et {self.dossier}"
