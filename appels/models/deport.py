from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models

from quartiers.contraintes import ensemble
from quartiers.models import Regard, Suivi, SuiviQuerySet


class DeportQuerySet(SuiviQuerySet[Any]):
    def en_vigueur(self) -> Self:
        """Not lifted: the dossier is closed to the person."""
        return self.filter(leve_le__isnull=True)


class Deport(Suivi):
    """A person with an interest in a dossier takes no part in it: closed to them everywhere.

    METIER §4.3, rule R19.
    """

    REGARD = Regard(dossier="dossier")

    dossier = models.ForeignKey("appels.Dossier", models.PROTECT, related_name="deports")
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deports")
    motif = models.CharField("motif", max_length=300)
    declare_le = models.DateTimeField()
    declare_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    leve_le = models.DateTimeField(null=True, blank=True)
    leve_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    motif_levee = models.CharField(max_length=300, blank=True)

    objects: ClassVar = DeportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "personne"],
                name="un_deport_par_personne",
                condition=models.Q(leve_le__isnull=True),
            ),
            ensemble("deport_leve_par_quelqu_un", "leve_le", "leve_par"),
        ]

    def __str__(self) -> str:
        return f"{self.personne} · {self.dossier.numero}"
