"""What the service did of a contribution and why; who contests it; who reports one."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from partenaires.models.contribution import Contribution, SourceParole
from partenaires.models.etats_des_paroles import EtatParole, VerbeParole
from quartiers.contraintes import ensemble
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class MotifModeration(models.TextChoices):
    """Why a text is refused or masked; own words and the rule of the charter come with it."""

    PERSONNE = "personne", "Une personne peut être reconnue"
    COORDONNEES = "coordonnees", "Coordonnées personnelles"
    INJURE = "injure", "Injure ou menace"
    DISCRIMINATION = "discrimination", "Propos discriminatoire"
    PUBLICITE = "publicite", "Publicité"
    HORS_SUJET = "hors_sujet", "Hors du sujet de la consultation"
    DOUBLON = "doublon", "Déjà dit, mot pour mot, par le même envoi"
    ILLICITE = "illicite", "Contenu illicite signalé"
    AUTRE = "autre", "Autre raison, écrite ci-dessous"


class Moderation(Journalise):
    """The log of a contribution: each passage from one state to another, by whom, why.

    Rows are only added, by the one door (`partenaires/concertation/etats.py`). Nobody: the author,
    or the rule of a consultation that is read after publication.
    """

    REGARD = Regard(secrets=("texte",))

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="moderations")
    acte = models.CharField(max_length=12, choices=VerbeParole.choices)
    de = models.CharField(max_length=12, choices=EtatParole.choices)
    vers = models.CharField(max_length=12, choices=EtatParole.choices)
    motif = models.CharField("raison", max_length=14, choices=MotifModeration.choices, blank=True)
    texte = models.CharField("avec vos mots", max_length=1000, blank=True)
    regle = models.CharField("règle de la charte", max_length=300, blank=True)
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    le = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_acte_display()} (contribution {self.contribution_id})"


class RecoursQuerySet(JournaliseQuerySet["Recours"]):
    def en_attente(self) -> Self:
        return self.filter(tranche_le__isnull=True)


class Recours(Journalise):
    """The author contests a refusal or a masking; somebody else looks at it (H6)."""

    REGARD = Regard(secrets=("texte", "reponse"))

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="recours")
    moderation = models.ForeignKey(Moderation, models.PROTECT, related_name="recours")  # contested
    texte = models.TextField("pourquoi ce texte peut être publié", max_length=2000, blank=True)
    depose_le = models.DateTimeField()
    source = models.CharField(
        "reçu", max_length=10, choices=SourceParole, default=SourceParole.EN_LIGNE
    )
    saisi_par = models.ForeignKey(  # the agent who typed it, when it did not come online
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    tranche_le = models.DateTimeField(null=True, blank=True)
    tranche_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    est_accepte = models.BooleanField(default=False)
    reponse = models.CharField("réponse au recours", max_length=1000, blank=True)

    objects: ClassVar = RecoursQuerySet.as_manager()

    class Meta:
        ordering = ["depose_le", "pk"]
        verbose_name_plural = "recours"
        constraints = [
            models.UniqueConstraint(fields=["moderation"], name="un_recours_par_decision"),
            ensemble("recours_tranche_par_quelqu_un", "tranche_le", "tranche_par"),
        ]

    def __str__(self) -> str:
        return f"Recours sur la contribution {self.contribution_id}"


class MotifSignalement(models.TextChoices):
    """What a notice of illegal content says (H5); the law is for the service to read."""

    HAINE = "haine", "Haine, discrimination ou menace"
    VIE_PRIVEE = "vie_privee", "Atteinte à la vie privée d’une personne"
    DIFFAMATION = "diffamation", "Injure ou diffamation"
    MINEURS = "mineurs", "Atteinte à une ou un mineur"
    AUTRE = "autre", "Autre contenu illicite"


class DecisionSignalement(models.TextChoices):
    """What the service decided of a notice."""

    MASQUEE = "masquee", "Contribution masquée"
    GARDEE = "gardee", "Contribution laissée en ligne"
    DEJA_HORS_LIGNE = "deja", "Contribution déjà hors de la page publique"


class SignalementQuerySet(JournaliseQuerySet["Signalement"]):
    def en_attente(self) -> Self:
        return self.filter(tranche_le__isnull=True)


class Signalement(Journalise):
    """A notice of illegal content: its reason, its receipt, the decision and how to contest it.

    Regulation (EU) 2022/2065, article 16: reason, exact address, name and mail of who sends it
    (neither for an offence against a minor), good faith; receipt; decision with its means of
    appeal.
    """

    REGARD = Regard(secrets=("nom", "courriel", "explication"))

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="signalements")
    numero = models.CharField("numéro", max_length=14, unique=True)
    motif = models.CharField("raison", max_length=12, choices=MotifSignalement.choices)
    explication = models.TextField("explication", max_length=2000)
    nom = models.CharField("nom", max_length=120, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    bonne_foi = models.BooleanField("de bonne foi", default=False)
    envoi = models.CharField(max_length=64, unique=True)
    recu_le = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=DecisionSignalement.choices, blank=True)
    raison = models.CharField("raison de la décision", max_length=1000, blank=True)
    voies = models.CharField("comment contester la décision", max_length=600, blank=True)
    tranche_le = models.DateTimeField(null=True, blank=True)
    tranche_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = SignalementQuerySet.as_manager()

    class Meta:
        ordering = ["recu_le", "pk"]
        constraints = [
            ensemble("signalement_tranche_par_quelqu_un", "tranche_le", "tranche_par"),
        ]

    def __str__(self) -> str:
        return f"Signalement {self.numero}"
