from django.db import models

from appels.models.dossier import Dossier


class Rappel(models.Model):
    """A reminder of a draft for a deadline: one row per step makes double sending impossible."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="rappels")
    echeance = models.DateTimeField()
    palier = models.CharField(max_length=6)  # « J-14 » … « J-1 », « H-2 »
    pour_signature = models.BooleanField(default=False)
    destinataires = models.JSONField(default=list)
    cree_le = models.DateTimeField()

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
