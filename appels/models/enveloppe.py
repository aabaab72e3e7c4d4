from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from appels.models.appel import Appel
from appels.models.dossier import Dossier
from appels.models.financement import Financement
from partenaires.models import Partenaire, Utilisateur
from quartiers.contraintes import ensemble
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class EnveloppeQuerySet(JournaliseQuerySet["Enveloppe"]):
    def en_vigueur(self) -> dict[int, "Enveloppe"]:
        """{funder: its last envelope}; the ones before stay as history."""
        return {enveloppe.partenaire_id: enveloppe for enveloppe in self.order_by("pk")}


class Enveloppe(Journalise):
    """What a funder has for a call, in cents.

    Rows are only added: the last one counts, each says who wrote it.
    """

    REGARD = Regard(organisme="partenaire")

    appel = models.ForeignKey(Appel, models.CASCADE, related_name="enveloppes")
    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="+")
    montant = models.PositiveBigIntegerField("montant", null=True, blank=True)
    plafond = models.PositiveBigIntegerField("plafond par projet", null=True, blank=True)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    objects: ClassVar = EnveloppeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.partenaire}, {self.appel.annee}"


class ScenarioQuerySet(JournaliseQuerySet["Scenario"]):
    def figes(self) -> Self:
        """At most one a call."""
        return self.filter(fige_le__isnull=False)

    def avec_le_dernier_mouvement(self) -> Self:
        """Each with the key of its last change: who freezes it says up to which they read it."""
        changements = Mouvement.objects.filter(scenario=models.OuterRef("pk")).order_by("-pk")
        return self.annotate(dernier_mouvement=models.Subquery(changements.values("pk")[:1]))


class Scenario(Journalise):
    """A way to share the envelopes by project and funder, provisional until one is frozen."""

    appel = models.ForeignKey(Appel, models.CASCADE, related_name="scenarios")
    nom = models.CharField("nom", max_length=60)
    cree_le = models.DateTimeField()
    cree_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    fige_le = models.DateTimeField(null=True, blank=True)
    fige_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    dernier_mouvement: int | None  # by `avec_le_dernier_mouvement` only

    objects: ClassVar = ScenarioQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["appel", "nom"], name="un_scenario_par_nom"),
            models.UniqueConstraint(
                fields=["appel"], name="un_scenario_fige", condition=models.Q(fige_le__isnull=False)
            ),
            ensemble("scenario_fige_par_quelqu_un", "fige_le", "fige_par"),
        ]

    def __str__(self) -> str:
        return self.nom


class Proposition(Journalise):
    """The amount, in cents, of a scenario for a request.

    No row: nothing is proposed yet, which is not zero.
    """

    REGARD = Regard(dossier="financement__dossier")

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="propositions")
    financement = models.ForeignKey(Financement, models.CASCADE, related_name="propositions")
    montant = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "financement"], name="une_proposition_par_demande"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scenario} : {self.montant}"


class MouvementQuerySet(models.QuerySet["Mouvement"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Of the projects that one reads for the service; the words on the scenario, for all."""
        # Asked of each, which the database cannot turn into a reading of all that one reads
        le_sien = Dossier.objects.lus_pour_le_service(utilisateur).filter(
            pk=models.OuterRef("financement__dossier")
        )
        return self.filter(models.Q(financement__isnull=True) | models.Exists(le_sien))


class Mouvement(models.Model):
    """Each change of a scenario: an amount before and after, or a word on the scenario itself."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="mouvements")
    financement = models.ForeignKey(
        Financement, models.CASCADE, null=True, blank=True, related_name="+"
    )
    avant = models.PositiveBigIntegerField(null=True, blank=True)
    apres = models.PositiveBigIntegerField(null=True, blank=True)
    fait = models.CharField(max_length=200, blank=True)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    objects = MouvementQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.fait or f"{self.avant} → {self.apres}"
