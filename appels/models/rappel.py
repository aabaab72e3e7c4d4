from typing import Self

from django.db import models

from appels.models.dossier import Dossier
from partenaires.models import Utilisateur


class RappelQuerySet(models.QuerySet["Rappel"]):
    def suivis_par(self, utilisateur: Utilisateur) -> Self:
        """Those of the dossiers that an agent counts; `est_lu`: the agent reads the dossier too."""
        lus = Dossier.objects.lus_pour_le_service(utilisateur)
        return self.filter(
            dossier__in=Dossier.objects.suivis_pour_le_service(utilisateur)
        ).annotate(
            est_lu=models.ExpressionWrapper(
                models.Q(dossier__in=lus), output_field=models.BooleanField()
            )
        )


class Rappel(models.Model):
    """A reminder of a draft for a deadline: one row per step makes double sending impossible."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="rappels")
    echeance = models.DateTimeField()
    palier = models.CharField(max_length=6)  # « J-14 » … « J-1 », « H-2 »
    pour_signature = models.BooleanField(default=False)
    destinataires = models.JSONField(default=list)
    cree_le = models.DateTimeField()

    objects = RappelQuerySet.as_manager()

    class Meta:
        ordering = ["-cree_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "echeance", "palier"], name="un_rappel_par_brouillon_et_palier"
            )
        ]

    def __str__(self) -> str:
        return f"{self.palier} · {self.dossier}"


class Battement(models.Model):
    """The last time the jobs woke up: read by `/sante/pret`."""

    nom = models.CharField(max_length=20, unique=True)
    le = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.nom} {self.le}"
