import hashlib
import secrets
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models

from partenaires.models.partenaire import Partenaire
from quartiers.contraintes import ensemble
from quartiers.models import Regard, Suivi, SuiviQuerySet


class Role(models.TextChoices):
    """What a person may do in an organisation."""

    ADMINISTRATEUR = "administrateur", "Administration de l’organisme"
    SIGNATAIRE = "signataire", "Signature et dépôt"
    REDACTEUR = "redacteur", "Rédaction"
    LECTEUR = "lecteur", "Lecture"
    AGENT = "agent", "Agent du service Cohésion Sociale"
    RESPONSABLE = "responsable", "Responsable du service Cohésion Sociale"
    LECTEUR_FINANCEUR = "lecteur_financeur", "Lecture pour un financeur"
    AVIS_FINANCEUR = "avis_financeur", "Avis pour un financeur"


ROLES_PORTEUR = (Role.ADMINISTRATEUR, Role.SIGNATAIRE, Role.REDACTEUR, Role.LECTEUR)
ROLES_AGENT = (Role.AGENT, Role.RESPONSABLE)
ROLES_FINANCEUR = (Role.LECTEUR_FINANCEUR, Role.AVIS_FINANCEUR)


class AppartenanceQuerySet(SuiviQuerySet["Appartenance"]):
    def actives(self) -> Self:
        """Agreed and not ended."""
        return self.filter(acceptee_le__isnull=False, terminee_le__isnull=True)

    def demandees(self) -> Self:
        """Waiting for the agreement of an administrator."""
        return self.filter(acceptee_le__isnull=True, terminee_le__isnull=True)

    def agents(self) -> Self:
        return self.actives().filter(role__in=ROLES_AGENT)

    def financeurs(self) -> Self:
        return self.actives().filter(role__in=ROLES_FINANCEUR)

    def non_verifiees(self) -> Self:
        """First claimants whose quality no agent has looked at yet."""
        return self.actives().filter(est_premiere=True, verifiee_le__isnull=True)


class Appartenance(Suivi):
    """A person in an organisation, with one role."""

    REGARD = Regard(secrets=("justificatif", "justificatif_nom"), organisme="partenaire")

    utilisateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="appartenances"
    )
    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="appartenances")
    role = models.CharField("rôle", max_length=20, choices=Role.choices)
    qualite = models.CharField("qualité", max_length=100, blank=True)
    demandee_le = models.DateTimeField()
    acceptee_le = models.DateTimeField(null=True, blank=True)
    acceptee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    terminee_le = models.DateTimeField(null=True, blank=True)
    est_premiere = models.BooleanField(default=False)
    verifiee_le = models.DateTimeField(null=True, blank=True)
    verifiee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # {"communes" or "axes" or "quartiers": [keys]}; empty: all
    perimetre = models.JSONField(default=dict, blank=True)
    justificatif = models.FileField(upload_to="justificatifs/", blank=True)
    justificatif_sha256 = models.CharField(max_length=64, blank=True)
    justificatif_nom = models.CharField(max_length=120, blank=True)

    objects = AppartenanceQuerySet.as_manager()

    class Meta:
        ordering = ["partenaire__nom", "utilisateur__email"]
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "partenaire"],
                name="une_appartenance_par_personne",
                condition=models.Q(terminee_le__isnull=True),
            ),
            ensemble("verifiee_par_quelqu_un", "verifiee_le", "verifiee_par"),
        ]

    def __str__(self) -> str:
        return f"{self.utilisateur} · {self.partenaire} · {self.get_role_display()}"

    @property
    def qualite_verifiee(self) -> bool:
        """False for a first claimant until an agent has looked at a document."""
        return not self.est_premiere or self.verifiee_le is not None


def empreinte_du_jeton(jeton: str) -> str:
    """What the database keeps of a one-time link: its SHA-256, never the link."""
    return hashlib.sha256(jeton.encode()).hexdigest()


class InvitationQuerySet(SuiviQuerySet["Invitation"]):
    def valables(self, instant: datetime) -> Self:
        return self.filter(utilisee_le__isnull=True, expire_le__gt=instant)


class Invitation(Suivi):
    """A one-time link to join an organisation; GET shows it, POST consumes it."""

    REGARD = Regard(secrets=("email", "empreinte"), organisme="partenaire")

    DUREE_JOURS = 14

    partenaire = models.ForeignKey(Partenaire, models.CASCADE, related_name="invitations")
    email = models.EmailField("adresse électronique")
    role = models.CharField("rôle", max_length=20, choices=Role.choices)
    empreinte = models.CharField(max_length=64, unique=True)
    cree_le = models.DateTimeField()
    expire_le = models.DateTimeField()
    invitee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    utilisee_le = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-cree_le"]

    def __str__(self) -> str:
        return f"{self.email} → {self.partenaire}"

    @staticmethod
    def nouveau_jeton() -> str:
        """256 bits: guessing is useless."""
        return secrets.token_urlsafe(32)
