from django.db import models

from quartiers.models.source import Source


class Axe(models.Model):
    """One of the four priority axes of the contract."""

    cle = models.SlugField(unique=True)
    position = models.PositiveSmallIntegerField(unique=True)
    nom = models.CharField(max_length=100)
    resume = models.CharField(max_length=300)

    class Meta:
        ordering = ["position"]

    def __str__(self):
        return self.nom


class Objectif(models.Model):
    """One of the fourteen objectives that the page of the CUA lists under the axes."""

    axe = models.ForeignKey(Axe, models.CASCADE, related_name="objectifs")
    position = models.PositiveSmallIntegerField()
    libelle = models.CharField(max_length=200)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["axe__position", "position"]
        constraints = [
            models.UniqueConstraint(fields=["axe", "position"], name="objectif_unique_par_axe")
        ]

    def __str__(self):
        return self.libelle


class ChiffreCle(models.Model):
    """A figure with its unit, its source and its year (empty when the source does not say)."""

    cle = models.SlugField(unique=True)
    libelle = models.CharField(max_length=200)
    valeur = models.DecimalField(max_digits=12, decimal_places=2)
    affichage = models.CharField(max_length=30)
    unite = models.CharField(max_length=40)
    territoire = models.CharField(max_length=60)
    annee = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="chiffres")
    note = models.CharField(max_length=300, blank=True)
    est_affiche = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self):
        return f"{self.affichage} : {self.libelle}"
