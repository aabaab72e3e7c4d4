from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from appels.models.appel import Appel
from appels.models.etats import Etat
from appels.models.financement import DecisionPrise
from quartiers.contraintes import ensemble
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class GenreDiffusion(models.TextChoices):
    """What leaves together."""

    LETTRES = "lettres", "Lettres"
    PUBLICATION = "publication", "Publication"


class DiffusionQuerySet(JournaliseQuerySet["Diffusion"]):
    def prevues(self) -> Self:
        """Those that wait for their instant."""
        return self.filter(faite_le__isnull=True, annulee_le__isnull=True)

    def dues(self, instant: datetime) -> Self:
        """Those whose instant has come."""
        return self.prevues().filter(prevue_le__lte=instant).order_by("prevue_le", "pk")


class Diffusion(Journalise):
    """Letters that leave together, or decisions that become public together: now, or later.

    Those that cannot any more at that instant are left aside, and `laissees` names them.
    """

    appel = models.ForeignKey(Appel, models.PROTECT, related_name="diffusions")
    genre = models.CharField(max_length=12, choices=GenreDiffusion.choices)
    prevue_le = models.DateTimeField()
    demandee_le = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    faite_le = models.DateTimeField(null=True, blank=True)
    # [number of the dossier, funder, why]
    laissees = models.JSONField(default=list, blank=True)
    # [letter, version] of those that whoever lets them go says to have read again
    relues = models.JSONField(default=list, blank=True)
    # [letter, version] of all those that leave, as whoever lets them go read them
    versions = models.JSONField(default=list, blank=True)
    annulee_le = models.DateTimeField(null=True, blank=True)
    annulee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = DiffusionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            ensemble("diffusion_annulee_par_quelqu_un", "annulee_le", "annulee_par"),
            models.CheckConstraint(
                name="diffusion_faite_ou_annulee",
                condition=models.Q(faite_le__isnull=True) | models.Q(annulee_le__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_genre_display()}, {self.appel}"


class PublicationQuerySet(JournaliseQuerySet["Publication"]):
    def vives(self) -> Self:
        """Neither undone nor replaced: public, or about to be."""
        return self.filter(retiree_le__isnull=True)

    def parues(self) -> Self:
        """Those that everybody reads."""
        return self.vives().filter(le__isnull=False)

    def publiques(self) -> Self:
        """The lines of the public page; `a_renonce`: the organisation gave the grant up since."""
        renoncees = DecisionPrise.objects.filter(
            financement=models.OuterRef("prise__financement"),
            decision="renonce",
            rang__gt=models.OuterRef("prise__rang"),
        )
        return (
            self.parues()
            .exclude(prise__financement__dossier__etat__in=[Etat.RETIRE, Etat.IRRECEVABLE])
            .annotate(a_renonce=models.Exists(renoncees))
        )


class Publication(Journalise):
    """A decision that everybody may read, once its letter left: one decision, one row.

    `note`: what the public reads when it corrects a line that was public. Undone, the row stays.
    """

    REGARD = Regard(dossier="prise__financement__dossier")

    prise = models.ForeignKey(DecisionPrise, models.PROTECT, related_name="publications")
    # Null for those of the calls published as a whole
    diffusion = models.ForeignKey(
        Diffusion, models.PROTECT, null=True, blank=True, related_name="publications"
    )
    note = models.CharField(max_length=500, blank=True)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField(null=True, blank=True)
    a_renonce: bool  # said by `publiques` only
    retiree_le = models.DateTimeField(null=True, blank=True)
    retiree_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    motif_retrait = models.CharField(max_length=300, blank=True)

    objects: ClassVar = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["prise"],
                name="une_publication_par_decision",
                condition=models.Q(retiree_le__isnull=True),
            ),
            ensemble("publication_retiree_par_quelqu_un", "retiree_le", "retiree_par"),
        ]

    def __str__(self) -> str:
        return f"{self.prise_id} : {self.le or 'prévue'}"
