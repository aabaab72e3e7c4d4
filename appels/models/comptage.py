from typing import ClassVar

from django.db import models

TOUS_LES_APPELS = 0


class Comptage(models.Model):
    """A step of a counter: what a call counts under a name and a key is the sum of such rows.

    A change adds rows and touches none, so that two acts never wait for each other on a counter;
    the worker puts the rows of a key together (`appels.socle.comptages`). Amounts in cents.
    """

    appel = models.PositiveBigIntegerField()  # or `TOUS_LES_APPELS`
    nom = models.CharField(max_length=12)
    cle = models.CharField(max_length=80, blank=True)
    nombre = models.IntegerField()
    demande = models.BigIntegerField(default=0)
    vote = models.BigIntegerField(default=0)

    objects: ClassVar[models.Manager["Comptage"]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["appel", "nom", "cle"], name="comptage_cle")]

    def __str__(self) -> str:
        return f"{self.appel} {self.nom} {self.cle} : {self.nombre}"
