from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from partenaires.models.partenaire import Partenaire
from quartiers.contraintes import ensemble
from quartiers.models import Journalise, JournaliseQuerySet, Regard, SeulAjout


class ActeOrganisme(models.TextChoices):
    """What changes who holds an organisation."""

    AJOUTER = "ajouter", "Ajouté par le service"
    QUITTER = "quitter", "A quitté l’organisme"
    DEPART = "depart", "Départ constaté par le service"
    PROPOSER = "proposer", "Administration proposée par le service"
    ECARTER = "ecarter", "Proposition écartée par le service"
    CONFIER = "confier", "Administration confiée par le service"
    DEMANDER = "demander", "A demandé à tenir l’organisme"
    VERIFIER = "verifier", "Qualité vérifiée par le service"
    REFUSER = "refuser", "Qualité refusée par le service"
    SUSPENDRE = "suspendre", "Accès suspendu : une autre personne est vérifiée"
    REJOINDRE = "rejoindre", "A rejoint l’organisme"
    ROLES = "roles", "Rôles changés"
    RETIRER = "retirer", "Retiré de l’organisme"
    FERMER = "fermer", "Compte fermé"
    LIMITER = "limiter", "Périmètre changé"
    INVITER = "inviter", "Invitation envoyée"
    RENVOYER = "renvoyer", "Invitation renvoyée"
    ANNULER = "annuler", "Invitation annulée"
    ROLE = "role", "Rôle changé"
    COUPER = "couper", "Accès suspendu"
    RETABLIR = "retablir", "Accès rétabli"
    SORTIR = "sortir", "Accès retiré"
    FACTEUR = "facteur", "Second facteur remis à zéro"


class Passation(SeulAjout):
    """The log of an organisation: who left, to whom the service gave it, why.

    Rows are only added.
    """

    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="passations")
    acte = models.CharField(max_length=10, choices=ActeOrganisme.choices)
    personne = models.CharField(max_length=200)  # as named that day: accounts may close
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()
    motif = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-le", "-pk"]

    def __str__(self) -> str:
        return f"{self.partenaire} : {self.get_acte_display()}"


class DesignationQuerySet(JournaliseQuerySet["Designation"]):
    def en_attente(self) -> Self:
        """Proposed, and nobody else of the service has answered yet."""
        return self.filter(tranchee_le__isnull=True)


class Designation(Journalise):
    """Two people of the service give an organisation to an address: one proposes, another confirms.

    Alone, one could give it to an address of their own.
    """

    REGARD = Regard(secrets=("email",), organisme="partenaire")

    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="designations")
    email = models.EmailField("adresse électronique")
    motif = models.CharField(max_length=300)
    proposee_le = models.DateTimeField()
    proposee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    tranchee_le = models.DateTimeField(null=True, blank=True)
    tranchee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    est_confirmee = models.BooleanField(default=False)

    objects: ClassVar = DesignationQuerySet.as_manager()

    class Meta:
        ordering = ["-proposee_le", "-pk"]
        constraints = [
            ensemble("tranchee_par_quelqu_un", "tranchee_le", "tranchee_par"),
            models.UniqueConstraint(
                fields=["partenaire"],
                name="une_designation_en_attente",
                condition=models.Q(tranchee_le__isnull=True),
            ),
            models.CheckConstraint(
                name="confirmee_par_une_autre_personne",
                condition=models.Q(est_confirmee=False)
                | (
                    models.Q(tranchee_par__isnull=False)
                    & ~models.Q(tranchee_par=models.F("proposee_par"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.partenaire}"
