from django.db import models

from appels.models.dossier import Dossier
from partenaires.socle import plan_comptable


class LigneBudget(models.Model):
    """An amount under an account, in cents; with a label when the line was added by hand."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="lignes")
    code = models.CharField(max_length=20)
    libelle = models.CharField(max_length=150, blank=True)
    montant = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "code"],
                name="un_montant_par_compte",
                condition=models.Q(libelle=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.libelle} : {self.montant}"

    @property
    def compte(self) -> plan_comptable.Compte:
        return plan_comptable.comptes()[self.code]
