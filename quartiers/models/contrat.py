from typing import ClassVar, Self

from django.db import models

from quartiers.francais import grandeur
from quartiers.models.journalise import Journalise, JournaliseQuerySet
from quartiers.models.source import Source
from quartiers.models.territoire import Quartier


class Axe(Journalise):
    """One of the four priority axes of the contract."""

    cle = models.SlugField(unique=True)
    position = models.PositiveSmallIntegerField(unique=True)
    nom = models.CharField("nom", max_length=100)
    resume = models.CharField("résumé", max_length=300)
    texte = models.TextField("présentation", blank=True, max_length=5000)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.nom


class ObjectifQuerySet(JournaliseQuerySet["Objectif"]):
    def publies(self) -> Self:
        return self.filter(est_publie=True)


class Objectif(Journalise):
    """An objective of an axis; the page of the CUA lists fourteen."""

    axe = models.ForeignKey(Axe, models.CASCADE, related_name="objectifs", verbose_name="axe")
    position = models.PositiveSmallIntegerField("rang dans l’axe")
    libelle = models.CharField("objectif", max_length=200)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name="source")
    est_publie = models.BooleanField("visible du public", default=True)

    objects: ClassVar = ObjectifQuerySet.as_manager()

    class Meta:
        ordering = ["axe__position", "position"]
        constraints = [
            models.UniqueConstraint(fields=["axe", "position"], name="objectif_unique_par_axe")
        ]

    def __str__(self) -> str:
        return self.libelle


class MesureQuerySet(JournaliseQuerySet["Mesure"]):
    def proposees(self) -> Self:
        """What a project may choose now."""
        return self.filter(est_proposee=True)


class Mesure(Journalise):
    """What projects count in the same words and the same unit, so that targets can be compared.

    Withdrawn once a project holds it, never deleted.
    """

    libelle = models.CharField("ce qui se compte", max_length=150, unique=True)
    unite = models.CharField("unité, au pluriel", max_length=40)
    aide = models.CharField("comment compter", max_length=200, blank=True)
    est_proposee = models.BooleanField("proposée aux projets", default=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    objects: ClassVar = MesureQuerySet.as_manager()

    class Meta:
        ordering = ["position", "libelle"]

    def __str__(self) -> str:
        return self.libelle


class ChiffreCleQuerySet(JournaliseQuerySet["ChiffreCle"]):
    def affiches(self) -> Self:
        """What the pages show, with the source of each."""
        return self.filter(est_affiche=True).select_related("source")


class ChiffreCle(Journalise):
    """A figure with its unit, its source and its year (empty when the source does not say)."""

    cle = models.SlugField(unique=True)
    libelle = models.CharField("ce que dit le chiffre", max_length=200)
    valeur = models.DecimalField("valeur", max_digits=12, decimal_places=2)
    unite = models.CharField("unité", max_length=40)
    territoire = models.CharField("territoire", max_length=60)
    annee = models.PositiveSmallIntegerField("année de la donnée", null=True, blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="chiffres", verbose_name="source"
    )
    note = models.CharField("note", max_length=300, blank=True)
    est_affiche = models.BooleanField("chiffre clé, visible sur l’accueil", default=False)
    position = models.PositiveSmallIntegerField("rang", default=0)

    objects: ClassVar = ChiffreCleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.affichage} : {self.libelle}"

    @property
    def affichage(self) -> str:
        """« 13 700 », « 38,4 % », « 8 points »: one writing everywhere."""
        return grandeur(self.valeur, self.unite)


class IndicateurQuartierQuerySet(JournaliseQuerySet["IndicateurQuartier"]):
    def publies(self) -> Self:
        return self.filter(est_publie=True).select_related("source")


class IndicateurQuartier(Journalise):
    """A figure of one quartier, with its source, its year and the same figure for the whole CUA."""

    quartier = models.ForeignKey(
        Quartier, models.CASCADE, related_name="indicateurs", verbose_name="quartier"
    )
    libelle = models.CharField("indicateur", max_length=150)
    valeur = models.DecimalField("valeur dans le quartier", max_digits=12, decimal_places=2)
    valeur_cua = models.DecimalField(
        "valeur dans la Communauté Urbaine", max_digits=12, decimal_places=2, null=True, blank=True
    )
    unite = models.CharField("unité", max_length=40)
    annee = models.PositiveSmallIntegerField("année de la donnée")
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name="source")
    est_publie = models.BooleanField("visible du public", default=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    objects: ClassVar = IndicateurQuartierQuerySet.as_manager()

    class Meta:
        ordering = ["quartier__nom_court", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.libelle}, {self.quartier}"

    @property
    def affichage(self) -> str:
        return grandeur(self.valeur, self.unite)

    @property
    def affichage_cua(self) -> str:
        """Empty when the comparison is not known."""
        return "" if self.valeur_cua is None else grandeur(self.valeur_cua, self.unite)
