import hashlib
from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models

from appels.models.appel import FinanceurAppel
from appels.models.etats import Etat
from partenaires.models import Partenaire, Utilisateur
from partenaires.socle import plan_comptable
from quartiers.contraintes import ensemble
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
    # What the organisation says of a grant, and no funder: see `actions/renonciations.py`
    RENONCE = "renonce", "L’organisme a renoncé"


class NatureAide(models.TextChoices):
    """What a grant is made of, in the words of the national file of grants."""

    NUMERAIRE = "numeraire", "Aide en numéraire"
    NATURE = "nature", "Aide en nature"
    LES_DEUX = "numeraire_nature", "Aide en numéraire et en nature"


D_UN_FINANCEUR = tuple(decision for decision in Decision if decision != Decision.RENONCE)
ACCORDS = (Decision.ACCORDE, Decision.PARTIEL)


class Octroi(models.Model):
    """What the public file of grants must say of a decision, known when it is taken."""

    nature_aide = models.CharField(
        "nature de l’aide", max_length=16, choices=NatureAide.choices, blank=True
    )
    convention_le = models.DateField("date de la convention", null=True, blank=True)
    verse_des = models.DateField("premier versement prévu le", null=True, blank=True)
    verse_jusqu_au = models.DateField("dernier versement prévu le", null=True, blank=True)
    notification_ue = models.BooleanField("aide notifiée à la Commission européenne", default=False)

    class Meta:
        abstract = True

    @property
    def engage_le(self) -> date | None:
        """The date that counts for the public file: the convention's, else the act's."""
        return self.convention_le or self.decide_le  # type: ignore[attr-defined]

    @property
    def versements(self) -> tuple[date, ...]:
        """The days of payment planned: none, one, or the first and the last."""
        jours = [jour for jour in (self.verse_des, self.verse_jusqu_au) if jour]
        return tuple(dict.fromkeys(jours))


class FinancementQuerySet(JournaliseQuerySet["Financement"]):
    def avec_leur_offre(self) -> Self:
        """Each says whether the call offers its funder no longer; its funder is read with it."""
        proposes = FinanceurAppel.objects.proposes().filter(
            appel=models.OuterRef("dossier__appel"), partenaire=models.OuterRef("partenaire")
        )
        retiree = models.Q(partenaire__isnull=False) & ~models.Exists(proposes)
        return self.select_related("partenaire").annotate(
            est_retiree=models.ExpressionWrapper(retiree, models.BooleanField())
        )

    def accordes(self) -> Self:
        """Those to which their funder grants something."""
        return self.filter(decision__in=ACCORDS)

    def publics(self) -> Self:
        """The grants that everybody reads: letter released, then published by the head.

        One that its organisation gave up is no grant any more; its public line stays
        (`Publication.objects.publiques()`). The amount that the public reads is the one of the
        decision published, not of a later one that waits for its letter.
        """
        renoncees = DecisionPrise.objects.filter(
            financement=models.OuterRef("financement"),
            decision=Decision.RENONCE,
            rang__gt=models.OuterRef("rang"),
        )
        publiees = (
            DecisionPrise.objects.publiees()
            .filter(financement=models.OuterRef("pk"), decision__in=ACCORDS)
            .exclude(models.Exists(renoncees))
        )
        return self.filter(models.Exists(publiees)).exclude(
            dossier__etat__in=[Etat.RETIRE, Etat.IRRECEVABLE]
        )


# What a decision is made of.
# What its letter says: a letter prepared for another one is not sent.
DITE = ("decision", "montant_vote", "decide_le", "acte", "motif")
DECISION = (
    *DITE,
    "nature_aide",
    "convention_le",
    "verse_des",
    "verse_jusqu_au",
    "notification_ue",
)


class Financement(Octroi, Journalise):
    """Dossier × funder: a line of account 74 *is* the request. Amounts in cents.

    `partenaire` is null for a funder outside the call: its label only. Its decision is the last of
    its `prises`; `prononcer` alone writes both.
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
    # The line of a file that says all of it, for a past year taken over
    reprise = models.ForeignKey(
        "appels.LigneReprise", models.PROTECT, null=True, blank=True, related_name="+"
    )

    est_retiree: bool  # said by `avec_leur_offre` only

    objects: ClassVar = FinancementQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            # The last decisions of an outcome, to try a template on
            models.Index(
                fields=["decision", "-id"],
                name="financement_decide",
                condition=~models.Q(decision=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="montant_vote_si_accorde",
                condition=models.Q(decision__in=ACCORDS, montant_vote__isnull=False)
                & models.Q(models.Q(decide_le__isnull=False) | models.Q(reprise__isnull=False))
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
        """The decision that its letter says, in one word: changes with it.

        Kept in letters: what the public file needs beside it does not enter.
        """
        contenu = tuple(getattr(self, champ) for champ in DITE)
        return hashlib.sha256(repr(contenu).encode()).hexdigest()

    def prononcer(
        self,
        *,
        par: Utilisateur,
        le: datetime,
        pourquoi: str = "",
        passage: Any = None,
    ) -> "DecisionPrise":
        """Keep the decision that this row holds: here, and as the next of those taken on it.

        The only writer of both. `pourquoi`: why it replaces the one before. Call it under the lock
        of the dossier.
        """
        self.save(update_fields=DECISION)
        precedentes = self.prises.all()
        rang = precedentes.count() + 1
        precedentes.filter(remplacee_le__isnull=True).update(remplacee_le=le)
        return self.prises.create(
            rang=rang,
            pourquoi=pourquoi,
            par=par,
            le=le,
            passage=passage,
            **{champ: getattr(self, champ) for champ in DECISION},
        )

    @property
    def nature(self) -> str:
        """The kind of funder, as the form of the State names it."""
        return plan_comptable.sous_postes()[self.sous_poste].libelle


class DecisionPriseQuerySet(JournaliseQuerySet["DecisionPrise"]):
    def courantes(self) -> Self:
        """Those that no other replaced: one a request at most."""
        return self.filter(remplacee_le__isnull=True)

    def notifiees(self) -> Self:
        """Those whose letter reached its organisation: one released letter a decision at most."""
        return self.filter(lettres__liberee_le__isnull=False)

    def publiees(self) -> Self:
        """Those that everybody reads now: one publication a decision at most."""
        return self.filter(publications__le__isnull=False, publications__retiree_le__isnull=True)


class DecisionPrise(Octroi, Journalise):
    """One of the decisions taken on a request, the first being 1; each replaces the one before.

    Rows are only added; `remplacee_le` says when the next one came. Amounts in cents.
    """

    REGARD = Regard(dossier="financement__dossier")

    financement = models.ForeignKey(Financement, models.PROTECT, related_name="prises")
    rang = models.PositiveSmallIntegerField()
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    montant_vote = models.PositiveBigIntegerField(null=True, blank=True)
    decide_le = models.DateField(null=True, blank=True)
    acte = models.CharField(max_length=150, blank=True)
    motif = models.TextField(max_length=2000, blank=True)
    # Why it replaces the one before
    pourquoi = models.CharField(max_length=300, blank=True)
    remplacee_le = models.DateTimeField(null=True, blank=True)
    # Null for what was decided before decisions followed each other, when the log does not say it
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    le = models.DateTimeField(null=True)
    passage = models.OneToOneField(
        "appels.Passage", models.PROTECT, null=True, blank=True, related_name="prise"
    )

    objects: ClassVar = DecisionPriseQuerySet.as_manager()

    class Meta:
        ordering = ["financement", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["financement", "rang"], name="une_decision_par_rang"),
            models.UniqueConstraint(
                fields=["financement"],
                name="une_decision_courante",
                condition=models.Q(remplacee_le__isnull=True),
            ),
            models.CheckConstraint(
                name="prise_montant_si_accord",
                # Taken elsewhere and taken over (nobody here): its day may be unknown
                condition=models.Q(decision__in=ACCORDS, montant_vote__isnull=False)
                & models.Q(models.Q(decide_le__isnull=False) | models.Q(par__isnull=True))
                | (~models.Q(decision__in=ACCORDS) & models.Q(montant_vote__isnull=True)),
            ),
            ensemble("prise_par_quelqu_un", "par", "le"),
        ]

    def __str__(self) -> str:
        return self.get_decision_display() or "Décision retirée"

    @property
    def est_un_accord(self) -> bool:
        """Its funder grants something."""
        return self.decision in ACCORDS

    @property
    def est_courante(self) -> bool:
        """Nothing replaced it."""
        return self.remplacee_le is None
