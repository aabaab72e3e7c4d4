from typing import ClassVar, Self

from django.db import models

from appels.models.financement import EtatFinancement
from partenaires.socle import plan_comptable


class LigneBudget(models.Model):
    """An amount under an account, in cents; with a label when the line was added by hand."""

    dossier = models.ForeignKey("appels.Dossier", models.CASCADE, related_name="lignes")
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


class ChoixDeLigneQuerySet(models.QuerySet["ChoixDeLigne"]):
    def des_lignes(self) -> Self:
        """Those of accounts and funders."""
        return self.exclude(cle=ChoixDeLigne.PREVU)


class ChoixDeLigne(models.Model):
    """A line of the guided budget that does not count yet, or no more.

    `cle` is an account, or a funder of the call (`demande:12`). Without an amount, it was ticked
    and waits for one, or the rest of what was said of it is all there is; with one, it was
    unticked: what was typed is kept, and counts nowhere. The last four are a `Financement`'s.
    """

    DEMANDE = "demande:"
    PREVU = "prevu"  # what was thought of before any line: shown until it is shared out

    dossier = models.ForeignKey("appels.Dossier", models.CASCADE, related_name="choix_du_budget")
    cle = models.CharField(max_length=30)
    montant = models.PositiveBigIntegerField(null=True)
    etat = models.CharField(max_length=10, choices=EtatFinancement.choices, blank=True)
    droit_commun = models.PositiveBigIntegerField(null=True)
    credits_contrat = models.PositiveBigIntegerField(null=True)
    commentaire = models.CharField(max_length=200, blank=True)

    objects: ClassVar = ChoixDeLigneQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "cle"], name="un_choix_par_ligne_du_budget")
        ]

    def __str__(self) -> str:
        return f"{self.cle} : {self.montant}"


class Benevolat(models.Model):
    """The hours of volunteers and what one is worth, in cents: accounts 864 and 870 at once."""

    dossier = models.OneToOneField("appels.Dossier", models.CASCADE, related_name="benevolat")
    heures = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    valeur = models.PositiveBigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.heures} h × {self.valeur}"


def budget_en_attente(dossier: models.OuterRef) -> dict[str, models.Exists | models.Subquery]:
    """What counts nowhere yet: whether some lines do, and what the hours of volunteers miss,
    « heures » or « valeur » (None when nothing).
    """
    moitie = models.Q(heures__isnull=True) ^ models.Q(valeur__isnull=True)
    manque = models.Case(
        models.When(heures__isnull=True, then=models.Value("heures")),
        default=models.Value("valeur"),
        output_field=models.CharField(),
    )
    a_moitie = Benevolat.objects.filter(moitie, dossier=dossier).annotate(manque=manque)
    return {
        "a_des_lignes_en_attente": models.Exists(
            ChoixDeLigne.objects.des_lignes().filter(dossier=dossier)
        ),
        "heures_a_completer": models.Subquery(a_moitie.values("manque")[:1]),
    }
