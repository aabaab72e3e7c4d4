import hashlib
from typing import ClassVar, Self

from django.db import models

from appels.models.etats import Etat
from partenaires.models import Partenaire
from partenaires.socle import plan_comptable
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class EtatFinancement(models.TextChoices):
    """State of a line of account 74 (METIER §1.7)."""

    DEMANDE = "demande", "Demandé"
    ACQUIS = "acquis", "Acquis"
    ENVISAGE = "envisage", "Envisagé"


class Decision(models.TextChoices):
    """What a funder decided (METIER §4.2); empty while it has not."""

    ACCORDE = "accorde", "Accordé"
    PARTIEL = "partiel", "Accordé en partie"
    REFUSE = "refuse", "Refusé"
    AJOURNE = "ajourne", "Ajourné"
    SANS_SUITE = "sans_suite", "Sans suite"


ACCORDS = (Decision.ACCORDE, Decision.PARTIEL)


class FinancementQuerySet(JournaliseQuerySet["Financement"]):
    def accordes(self) -> Self:
        """Those to which their funder grants something."""
        return self.filter(decision__in=ACCORDS)

    def publics(self) -> Self:
        """What everybody may read: grants of the calls whose decisions were released."""
        return (
            self.accordes()
            .filter(dossier__appel__decisions_publiees_le__isnull=False)
            .exclude(dossier__etat__in=[Etat.RETIRE, Etat.IRRECEVABLE])
        )


class Financement(Journalise):
    """Dossier × funder: a line of account 74 *is* the request. Amounts in cents.

    `partenaire` is null for a funder outside the call: its label only.
    """

    REGARD = Regard(
        omis=(
            "dossier",
            "partenaire",
            "sous_poste",
            "libelle",
            "etat",
            "montant",
            "droit_commun",
            "credits_contrat",
            "commentaire",
        ),
        dossier="dossier",
    )

    dossier = models.ForeignKey("appels.Dossier", models.CASCADE, related_name="financements")
    partenaire = models.ForeignKey(
        Partenaire, models.PROTECT, null=True, blank=True, related_name="financements"
    )
    sous_poste = models.CharField(max_length=20)
    libelle = models.CharField(max_length=150, blank=True)
    etat = models.CharField(
        max_length=10, choices=EtatFinancement.choices, default=EtatFinancement.DEMANDE
    )
    montant = models.PositiveBigIntegerField(null=True, blank=True)
    droit_commun = models.PositiveBigIntegerField(null=True, blank=True)
    credits_contrat = models.PositiveBigIntegerField(null=True, blank=True)
    commentaire = models.CharField(max_length=200, blank=True)
    decision = models.CharField("décision", max_length=10, choices=Decision.choices, blank=True)
    montant_vote = models.PositiveBigIntegerField("montant voté", null=True, blank=True)
    decide_le = models.DateField("date de la décision", null=True, blank=True)
    acte = models.CharField("acte (délibération, arrêté, convention)", max_length=150, blank=True)
    motif = models.TextField("motif", max_length=2000, blank=True)

    objects: ClassVar = FinancementQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="montant_vote_si_accorde",
                condition=models.Q(
                    decision__in=ACCORDS, montant_vote__isnull=False, decide_le__isnull=False
                )
                | (~models.Q(decision__in=ACCORDS) & models.Q(montant_vote__isnull=True)),
            ),
            models.CheckConstraint(
                name="financeur_nomme",
                condition=models.Q(partenaire__isnull=False) | ~models.Q(libelle=""),
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def nom(self) -> str:
        """Its funder."""
        return str(self.partenaire) if self.partenaire else self.libelle

    @property
    def empreinte(self) -> str:
        """The decision in one word: changes with it."""
        contenu = (self.decision, self.montant_vote, self.decide_le, self.acte, self.motif)
        return hashlib.sha256(repr(contenu).encode()).hexdigest()

    @property
    def nature(self) -> str:
        """The kind of funder, as the form of the State names it."""
        return plan_comptable.sous_postes()[self.sous_poste].libelle
