from typing import Self

from django.db import models

from quartiers.models.source import Source


class Territoire(models.Model):
    """The outline of the Communauté Urbaine d'Arras."""

    siren = models.CharField(max_length=9, unique=True)
    nom = models.CharField(max_length=100)
    contour = models.JSONField()
    nombre_communes = models.PositiveSmallIntegerField()
    population = models.PositiveIntegerField()
    population_annee = models.PositiveSmallIntegerField()
    source_contour = models.ForeignKey(Source, models.PROTECT, related_name="+")
    source_population = models.ForeignKey(Source, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.nom


class Commune(models.Model):
    """A signatory commune of the contract."""

    code_insee = models.CharField(max_length=5, unique=True)
    nom = models.CharField(max_length=100)
    nom_usage = models.CharField(max_length=100, blank=True)
    codes_postaux = models.JSONField(default=list)
    siren = models.CharField(max_length=9, unique=True)
    population = models.PositiveIntegerField()
    population_annee = models.PositiveSmallIntegerField()
    contour = models.JSONField()
    source_contour = models.ForeignKey(Source, models.PROTECT, related_name="+")
    source_population = models.ForeignKey(Source, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["nom"]

    def __str__(self) -> str:
        return self.nom_usage or self.nom


class QuartierQuerySet(models.QuerySet["Quartier"]):
    def pour_liste(self) -> Self:
        """The six quartiers with their communes, without their contours."""
        return self.defer("contour").prefetch_related("communes").order_by("nom_court")


class Quartier(models.Model):
    """A quartier prioritaire de la politique de la ville (QPV), 2024 geography."""

    code = models.CharField(max_length=8, unique=True)
    nom = models.CharField(max_length=100)
    nom_court = models.CharField(max_length=60)
    communes = models.ManyToManyField(Commune, related_name="quartiers")
    contour = models.JSONField()
    population = models.PositiveIntegerField()
    population_annee = models.PositiveSmallIntegerField()
    superficie_ha = models.DecimalField(max_digits=6, decimal_places=1)
    source_contour = models.ForeignKey(Source, models.PROTECT, related_name="+")
    source_population = models.ForeignKey(Source, models.PROTECT, related_name="+")

    objects = QuartierQuerySet.as_manager()

    class Meta:
        ordering = ["nom_court"]

    def __str__(self) -> str:
        return self.nom_court

    @property
    def noms_des_communes(self) -> str:
        """« Achicourt et Arras »."""
        return " et ".join(str(commune) for commune in self.communes.all())

    def faits(self) -> dict[str, object]:
        """What open data says of it, under the names that files and the API give."""
        return {
            "code": self.code,
            "nom": self.nom,
            "communes": [str(commune) for commune in self.communes.all()],
            "population": self.population,
            "population_annee": self.population_annee,
            "population_source": str(self.source_population),
            "superficie_ha": float(self.superficie_ha),
            "contour_source": str(self.source_contour),
        }
