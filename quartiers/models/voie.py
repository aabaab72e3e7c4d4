from typing import ClassVar

from django.db import models

from quartiers.models.territoire import Commune, Quartier


class Voie(models.Model):
    """A street of a signatory commune, from the national address file (`manage.py charger_voies`).

    The whole index is replaced at each loading; it is empty until somebody loads one.
    """

    commune = models.ForeignKey(Commune, models.CASCADE, related_name="voies")
    nom = models.CharField(max_length=150)
    recherche = models.CharField(max_length=300)  # its name without accents nor case

    objects: ClassVar = models.Manager()

    class Meta:
        ordering = ["recherche", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["commune", "recherche"], name="une_voie_par_commune")
        ]

    def __str__(self) -> str:
        return f"{self.nom}, {self.commune}"


class NumeroDeVoie(models.Model):
    """A number of a street, its point, and where the point stands: said once, at the loading."""

    voie = models.ForeignKey(Voie, models.CASCADE, related_name="numeros")
    numero = models.PositiveIntegerField()
    repetition = models.CharField(max_length=10, blank=True)  # « bis »
    longitude = models.FloatField()
    latitude = models.FloatField()
    # The quartier that holds it, else the nearest; its edge is at `metres`
    quartier = models.ForeignKey(Quartier, models.CASCADE, related_name="+")
    est_dedans = models.BooleanField()
    metres = models.PositiveIntegerField()

    objects: ClassVar = models.Manager()

    class Meta:
        ordering = ["numero", "repetition"]
        constraints = [
            models.UniqueConstraint(
                fields=["voie", "numero", "repetition"], name="un_numero_par_voie"
            )
        ]

    def __str__(self) -> str:
        return f"{self.numero} {self.repetition}".strip()
