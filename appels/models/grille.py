from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from appels.models.appel import Appel, Retirable, RetirableQuerySet
from appels.models.deport import Deport
from appels.models.dossier import Dossier
from partenaires.models import Appartenance
from partenaires.models.appartenance import ROLES_PORTEUR
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class Critere(Retirable):
    """A line of the grid of a call (METIER §4.6): what is looked at, and how much it weighs.

    It is scored from 0 to `maximum`.
    """

    appel = models.ForeignKey(Appel, models.CASCADE, related_name="criteres")
    libelle = models.CharField("critère", max_length=120)
    bloc = models.CharField("bloc", max_length=60, blank=True)
    aide = models.CharField("aide", max_length=300, blank=True)
    maximum = models.PositiveSmallIntegerField(
        "note maximale", default=5, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    poids = models.PositiveSmallIntegerField(
        "poids", default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    est_obligatoire = models.BooleanField("obligatoire", default=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar = RetirableQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.libelle


class LectureQuerySet(JournaliseQuerySet["Lecture"]):
    def rendues(self) -> Self:
        """Those that count: given, by somebody who does not step aside from the dossier."""
        deports = Deport.objects.en_vigueur().filter(
            dossier=models.OuterRef("dossier"), personne=models.OuterRef("lecteur")
        )
        membres = (
            Appartenance.objects.actives()
            .avec_role(*ROLES_PORTEUR)
            .filter(
                partenaire=models.OuterRef("dossier__porteur"),
                utilisateur=models.OuterRef("lecteur"),
            )
        )
        donnees = self.filter(rendue_le__isnull=False)
        return donnees.exclude(models.Exists(deports)).exclude(models.Exists(membres))


class Lecture(Journalise):
    """The scores of one person on a dossier; others read them once they have given theirs."""

    REGARD = Regard(omis=("modifiee_le",), dossier="dossier")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="lectures")
    lecteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    modifiee_le = models.DateTimeField()
    rendue_le = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = LectureQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "lecteur"], name="une_lecture_par_personne")
        ]

    def __str__(self) -> str:
        return str(self.lecteur)

    @property
    def empreinte(self) -> str:
        """When it was last written: what a page carries to say which one it showed."""
        return self.modifiee_le.isoformat()

    @property
    def est_reprise(self) -> bool:
        """Changed once given: its reader had then read the others."""
        return self.rendue_le is not None and self.modifiee_le > self.rendue_le


class Cotation(Journalise):
    """A score on a criterion.

    `points` empty: not scored yet; zero is a score; an abstention is neither.
    """

    REGARD = Regard(secrets=("points", "abstention", "motif"), dossier="lecture__dossier")

    lecture = models.ForeignKey(Lecture, models.CASCADE, related_name="cotations")
    critere = models.ForeignKey(Critere, models.PROTECT, related_name="cotations")
    points = models.PositiveSmallIntegerField(null=True, blank=True)
    abstention = models.BooleanField(default=False)
    motif = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lecture", "critere"], name="une_cotation_par_critere"),
            models.CheckConstraint(
                name="points_ou_abstention",
                condition=models.Q(points__isnull=True) | models.Q(abstention=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.critere} : {'abstention' if self.abstention else self.points}"


class MotifDeBloc(Journalise):
    """Why one reader scores the criteria of a block so, where the call asks one reason a block."""

    REGARD = Regard(secrets=("motif",), dossier="lecture__dossier")

    lecture = models.ForeignKey(Lecture, models.CASCADE, related_name="motifs")
    bloc = models.CharField(max_length=60, blank=True)
    motif = models.CharField("pourquoi", max_length=1000)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["lecture", "bloc"], name="un_motif_par_bloc")
        ]

    def __str__(self) -> str:
        return self.bloc or "Ensemble"
