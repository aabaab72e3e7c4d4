"""Scores: what one reading gives out of 20, what several give together, who may read them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.db import models

from appels.models import Cotation, Dossier, Lecture
from appels.models.grille import LectureQuerySet
from partenaires.models import Utilisateur
from partenaires.socle import droits

SUR = 20
DENOMINATEUR_MAX = 100_000
Points = tuple[int | None, int, int]  # (scored, weight, highest)


def note(cotations: Iterable[Cotation]) -> Fraction | None:
    """Out of 20; None when nothing is scored."""
    return _sur_20(
        (cotation.points, cotation.critere.poids, cotation.critere.maximum)
        for cotation in cotations
    )


def _sur_20(lignes: Iterable[Points]) -> Fraction | None:
    obtenus = Fraction(0)
    total = 0
    for points, poids, maximum in lignes:
        if points is None:
            continue
        obtenus += Fraction(points * poids, maximum)
        total += poids
    return SUR * obtenus / total if total else None


@dataclass(frozen=True)
class Ensemble:
    """Several values of one thing: their mean, the lowest, the highest."""

    valeurs: list[Fraction]

    @property
    def moyenne(self) -> Fraction | None:
        """None without any value."""
        if not self.valeurs:
            return None
        return sum(self.valeurs, Fraction(0)) / len(self.valeurs)

    @property
    def bas(self) -> Fraction | None:
        """The lowest; None without any value."""
        return min(self.valeurs, default=None)

    @property
    def haut(self) -> Fraction | None:
        """The highest; None without any value."""
        return max(self.valeurs, default=None)

    @property
    def ecart(self) -> Fraction | None:
        """Between the highest and the lowest; None below two values."""
        if len(self.valeurs) < 2:
            return None
        return max(self.valeurs) - min(self.valeurs)


def qui_comptent(lectures: LectureQuerySet) -> LectureQuerySet:
    """Those given, with their scores: two queries for any number of dossiers."""
    cotations = models.Prefetch("cotations", Cotation.objects.select_related("critere"))
    return lectures.rendues().select_related("lecteur").prefetch_related(cotations)


@dataclass(frozen=True)
class Notes:
    """The readings of a dossier: how many were given, of how many awaited, what they give."""

    ensemble: Ensemble
    lecteurs: frozenset[int]  # who gave theirs
    attendues: int | None  # None: the call does not say

    @property
    def rendues(self) -> int:
        """How many were given."""
        return len(self.lecteurs)

    def se_lisent_par(self, lecteur: Utilisateur) -> bool:
        """Theirs is given, or they lead the service.

        Who has not scored yet would otherwise be drawn by the others (PAIRS R5).
        """
        return lecteur.pk in self.lecteurs or droits.est_responsable(lecteur)

    @property
    def lectures(self) -> str:
        """« 2 sur 3 », « 2 » where the call awaits no number."""
        if self.attendues is None:
            return str(self.rendues)
        return f"{self.rendues} sur {self.attendues}"


def par_dossier(dossiers: Iterable[Dossier]) -> dict[int, Notes]:
    """{dossier: its notes}, for those of a page or of a meeting; one query.

    Each carries its call (`select_related("appel")`).
    """
    par_cle = {dossier.pk: dossier for dossier in dossiers}
    # A reading given without any score has one line, of nothing
    lignes = (
        Lecture.objects.rendues()
        .filter(dossier__in=par_cle)
        .order_by("dossier", "pk")
        .values_list(
            "dossier",
            "lecteur",
            "cotations__points",
            "cotations__critere__poids",
            "cotations__critere__maximum",
        )
    )
    lectures: dict[int, dict[int, list[Points]]] = {cle: defaultdict(list) for cle in par_cle}
    for dossier, lecteur, points, poids, maximum in lignes:
        lectures[dossier][lecteur].append((points, poids, maximum))
    return {cle: _ensemble(par_cle[cle], siennes) for cle, siennes in lectures.items()}


def _ensemble(dossier: Dossier, lectures: dict[int, list[Points]]) -> Notes:
    valeurs = [_sur_20(points) for points in lectures.values()]
    connues = [valeur for valeur in valeurs if valeur is not None]
    return Notes(Ensemble(connues), frozenset(lectures), dossier.appel.lectures_attendues)


def en_base() -> models.Subquery:
    """The same mean as a number of the database, to sort by; null while nothing is scored."""
    notees = Cotation.objects.filter(lecture=models.OuterRef("pk"), points__isnull=False).order_by()
    obtenus = models.Sum(
        models.F("points") * 1.0 * models.F("critere__poids") / models.F("critere__maximum"),
        output_field=models.FloatField(),
    )
    d_une_lecture = (
        notees.values("lecture")
        .annotate(valeur=obtenus * SUR / models.Sum("critere__poids"))
        .values("valeur")
    )
    lectures = (
        Lecture.objects.rendues()
        .filter(dossier=models.OuterRef("pk"))
        .order_by()
        .annotate(valeur=models.Subquery(d_une_lecture, output_field=models.FloatField()))
        .values("dossier")
        .annotate(moyenne=models.Avg("valeur"))
    )
    return models.Subquery(lectures.values("moyenne"), output_field=models.FloatField())


def rendues_en_base() -> models.Expression:
    """How many readings of a dossier were given."""
    lectures = Lecture.objects.rendues().filter(dossier=models.OuterRef("pk")).order_by()
    total = lectures.values("dossier").annotate(n=models.Count("pk")).values("n")
    return models.functions.Coalesce(
        models.Subquery(total, output_field=models.IntegerField()), models.Value(0)
    )


def lisible_en_base(lecteur: Utilisateur) -> models.Subquery | models.Case:
    """The mean where this person may read it (`Notes.se_lisent_par`), else null: an order by it
    would tell the rest.
    """
    if droits.est_responsable(lecteur):
        return en_base()
    donnees = Lecture.objects.filter(
        dossier=models.OuterRef("pk"), lecteur=lecteur, rendue_le__isnull=False
    )
    return models.Case(
        models.When(models.Exists(donnees), then=en_base()),
        default=None,
        output_field=models.FloatField(),
    )


def arrondie(valeur: float) -> Fraction:
    """A mean of the database as its exact value: weights and scales are small whole numbers."""
    return Fraction(valeur).limit_denominator(DENOMINATEUR_MAX)


def lisibles_par(lecteur: Utilisateur) -> models.Q:
    """The dossiers that tell their score to this person: `Notes.se_lisent_par`, for a list.

    Empty, which keeps them all, for the head of the service.
    """
    if droits.est_responsable(lecteur):
        return models.Q()
    donnees = Lecture.objects.filter(
        dossier=models.OuterRef("pk"), lecteur=lecteur, rendue_le__isnull=False
    )
    return models.Q(models.Exists(donnees))
