from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models


class FichierGardeQuerySet(models.QuerySet["FichierGarde"]):
    def sur_le_disque(self) -> Self:
        """Not erased: what a quota counts, removed files included until they are."""
        return self.filter(efface_le__isnull=True)

    def octets(self) -> int:
        return self.aggregate(total=models.Sum("taille"))["total"] or 0

    def effaces_depuis(self, instant: datetime) -> Self:
        return self.filter(efface_le__gte=instant)


class FichierGarde(models.Model):
    """A file that somebody gave, as it stands on the disk: whose it is, its weight, its end.

    Rows that show the same file (a copy, a correction) share one.
    """

    emplacement = models.CharField(max_length=300, unique=True)  # in the storage of files
    sha256 = models.CharField(max_length=64)
    taille = models.PositiveIntegerField()  # bytes
    organisme = models.ForeignKey(
        "partenaires.Partenaire", models.PROTECT, null=True, blank=True, related_name="+"
    )
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    garde_le = models.DateTimeField()
    efface_le = models.DateTimeField(null=True, blank=True)

    objects = FichierGardeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organisme", "efface_le"], name="garde_par_organisme"),
            models.Index(fields=["par", "garde_le"], name="garde_par_personne"),
        ]

    def __str__(self) -> str:
        return self.emplacement
