from typing import Self

from django.db import models

from appels.models.dossier import Dossier
from partenaires.models import Partenaire, Utilisateur


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


# What is said once, and is no step before a deadline
PALIER_COMPLEMENT = "C-3"
PALIER_NON_DEPOSE = "CLOS"
PALIER_NOUVEAU = "NEUF"
MOTS = {
    PALIER_COMPLEMENT: "Compléments à apporter",
    PALIER_NON_DEPOSE: "Non déposé",
    PALIER_NOUVEAU: "Nouvelle demande",
}


class Rappel(models.Model):
    """A reminder of a dossier for a deadline, or what is said of it once.

    One row per step makes double sending impossible.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="rappels")
    echeance = models.DateTimeField()
    palier = models.CharField(max_length=6)  # « J-14 » … « J-1 », « H-2 »
    pour_signature = models.BooleanField(default=False)
    destinataires = models.JSONField(default=list)
    # Those whom a new request was told to: once each, whichever version asks them
    financeurs = models.ManyToManyField(Partenaire, blank=True, related_name="+")
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

    @property
    def mot(self) -> str:
        """Its step, in words when it has some."""
        return MOTS.get(self.palier, self.palier)


class Battement(models.Model):
    """The last time the jobs woke up: read by `/sante/pret`."""

    nom = models.CharField(max_length=20, unique=True)
    le = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.nom} {self.le}"
