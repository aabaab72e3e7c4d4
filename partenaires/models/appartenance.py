import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models

from partenaires.models.partenaire import Partenaire
from quartiers.contraintes import ensemble
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class Role(models.TextChoices):
    """What a person may do in an organisation."""

    ADMINISTRATEUR = "administrateur", "Administration de l’organisme"
    SIGNATAIRE = "signataire", "Attestation et dépôt"
    REDACTEUR = "redacteur", "Rédaction"
    LECTEUR = "lecteur", "Lecture"
    AGENT = "agent", "Agent du service Cohésion Sociale"
    RESPONSABLE = "responsable", "Responsable du service Cohésion Sociale"
    LECTEUR_FINANCEUR = "lecteur_financeur", "Lecture pour un financeur"
    AVIS_FINANCEUR = "avis_financeur", "Avis pour un financeur"


ROLES_PORTEUR = (Role.ADMINISTRATEUR, Role.SIGNATAIRE, Role.REDACTEUR, Role.LECTEUR)
# Who founds the space of an organisation runs it, and signs for it: one person may deposit.
ROLES_FONDATEUR = frozenset({Role.ADMINISTRATEUR, Role.SIGNATAIRE})
ROLES_AGENT = (Role.AGENT, Role.RESPONSABLE)
ROLES_FINANCEUR = (Role.LECTEUR_FINANCEUR, Role.AVIS_FINANCEUR)
ROLES_EQUIPE = (*ROLES_AGENT, *ROLES_FINANCEUR)


if TYPE_CHECKING:
    # What is given, what is read: only the type checker knows fields by these two.
    TexteDeRoles = models.CharField[Iterable[str], frozenset[str]]
else:
    TexteDeRoles = models.CharField


class RolesField(TexteDeRoles):
    """A set of roles, kept as « ,administrateur,signataire, ».

    One column, so that rights cost no query more and the log holds before and after in one value;
    a comma on both sides of each role, so that a plain LIKE finds one on any database.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """Migrations see a plain text: history does not depend on this class."""
        nom, _, arguments, parametres = super().deconstruct()
        return nom, "django.db.models.CharField", arguments, parametres

    def from_db_value(self, ecrit: str | None, *_: object) -> frozenset[str] | None:
        return self.to_python(ecrit)

    def to_python(self, valeur: Any) -> frozenset[str] | None:
        if isinstance(valeur, str):
            return frozenset(role for role in valeur.split(",") if role)
        return None if valeur is None else frozenset(valeur)

    def get_prep_value(self, valeur: Any) -> str | None:
        """What is written; a text is taken as written already, for lookups."""
        if valeur is None or isinstance(valeur, str):
            return valeur
        roles = sorted(Role(role).value for role in valeur)
        return f",{','.join(roles)}," if roles else ""

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""


def tient(*roles: str) -> models.Q:
    """Whoever holds one of these roles, whatever the others."""
    tenu = models.Q(pk__in=[])
    for role in roles:
        tenu |= models.Q(roles__contains=f",{Role(role).value},")
    return tenu


def dits(roles: Iterable[str]) -> str:
    """« Administration de l’organisme, Attestation et dépôt », in the order of the list."""
    return ", ".join(str(role.label) for role in Role if role in roles)


class AppartenanceQuerySet(JournaliseQuerySet["Appartenance"]):
    def avec_role(self, *roles: str) -> Self:
        """Those that hold one of these roles; nobody twice."""
        return self.filter(tient(*roles))

    def fiables(self) -> Self:
        """Those whose quality holds: the chain of `Appartenance.qualite_verifiee`, as a query."""
        amenees = models.Q(est_premiere=False) & (
            models.Q(garant__isnull=True)
            | models.Q(garant__verifiee_le__isnull=False, garant__refusee_le__isnull=True)
        )
        verifiees = models.Q(verifiee_le__isnull=False)
        return self.filter(verifiees | amenees, acceptee_le__isnull=False, refusee_le__isnull=True)

    def actives(self) -> Self:
        """Agreed, neither ended nor suspended."""
        return self.en_place().filter(suspendue_le__isnull=True)

    def en_place(self) -> Self:
        """Agreed and not ended: a suspended one gives no right, and may be restored."""
        return self.filter(acceptee_le__isnull=False, terminee_le__isnull=True)

    def demandees(self) -> Self:
        """Waiting for the agreement of an administrator."""
        return self.filter(acceptee_le__isnull=True, terminee_le__isnull=True)

    def agents(self) -> Self:
        return self.actives().avec_role(*ROLES_AGENT)

    def financeurs(self) -> Self:
        return self.actives().avec_role(*ROLES_FINANCEUR)

    def de_l_equipe(self) -> Self:
        """The people of the service and of the funders, suspended ones too."""
        return self.en_place().avec_role(*ROLES_EQUIPE)

    def a_verifier(self) -> Self:
        """What the service must look at.

        Members whose chain ends at nobody verified, and whoever asks for an organisation that
        nobody verified administers: no squatter answers for it.
        """
        en_cours = self.filter(terminee_le__isnull=True)
        membres = en_cours.filter(acceptee_le__isnull=False).exclude(
            pk__in=Appartenance.objects.fiables().values("pk")
        )
        tenus = Appartenance.objects.administrent().fiables().values("partenaire")
        demandes = en_cours.filter(acceptee_le__isnull=True).exclude(partenaire__in=tenus)
        return self.filter(
            models.Q(pk__in=membres.values("pk")) | models.Q(pk__in=demandes.values("pk"))
        )

    def administrent(self) -> Self:
        """Who administers an organisation today, with an account that is open."""
        return self.actives().avec_role(Role.ADMINISTRATEUR).filter(utilisateur__is_active=True)


class Appartenance(Journalise):
    """A person in an organisation, with a set of roles.

    Trust is a chain: a first claimant is verified by an agent, and vouches (`garant`) for whoever
    joins by them. Nobody vouches for a person whom the service itself brought.
    """

    REGARD = Regard(secrets=("justificatif", "justificatif_nom"), organisme="partenaire")

    utilisateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="appartenances"
    )
    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="appartenances")
    roles = RolesField("rôles")
    qualite = models.CharField("qualité", max_length=100, blank=True)
    demandee_le = models.DateTimeField()
    acceptee_le = models.DateTimeField(null=True, blank=True)
    acceptee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    terminee_le = models.DateTimeField(null=True, blank=True)
    # No right from here on, until the head of the service restores it
    suspendue_le = models.DateTimeField(null=True, blank=True)
    # Was a member, and waits for an answer again: somebody else was verified here
    remise_en_attente_le = models.DateTimeField(null=True, blank=True)
    # Founded the organisation on the portal: nobody vouches for them but the service.
    est_premiere = models.BooleanField(default=False)
    # The end of the chain: the membership whose verification makes this one trusted.
    garant = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="amenees"
    )
    verifiee_le = models.DateTimeField(null=True, blank=True)
    verifiee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The service refused the claim, or undid it: over, and nobody trusts what hangs from it.
    refusee_le = models.DateTimeField(null=True, blank=True)
    refusee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    refus_motif = models.CharField(max_length=300, blank=True)
    # {"communes" or "axes" or "quartiers": [keys]}; empty: all
    perimetre = models.JSONField(default=dict, blank=True)
    justificatif = models.FileField(upload_to="justificatifs/", blank=True)
    justificatif_sha256 = models.CharField(max_length=64, blank=True)
    justificatif_nom = models.CharField(max_length=120, blank=True)

    objects: ClassVar = AppartenanceQuerySet.as_manager()

    class Meta:
        ordering = ["partenaire__nom", "utilisateur__email"]
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "partenaire"],
                name="une_appartenance_par_personne",
                condition=models.Q(terminee_le__isnull=True),
            ),
            ensemble("verifiee_par_quelqu_un", "verifiee_le", "verifiee_par"),
            ensemble("refusee_par_quelqu_un", "refusee_le", "refusee_par"),
            models.CheckConstraint(name="au_moins_un_role", condition=~models.Q(roles="")),
            models.CheckConstraint(
                name="refusee_donc_terminee",
                condition=models.Q(refusee_le__isnull=True) | models.Q(terminee_le__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.utilisateur} · {self.partenaire} · {self.roles_dits}"

    @property
    def roles_dits(self) -> str:
        return dits(self.roles)

    @property
    def qualite_verifiee(self) -> bool:
        """Whether the chain ends at a person verified by an agent, or brought by the service."""
        if self.refusee_le or self.acceptee_le is None:
            return False
        if self.verifiee_le:
            return True
        if self.est_premiere:
            return False
        garant = self.garant
        return garant is None or (garant.verifiee_le is not None and garant.refusee_le is None)

    @property
    def bout_de_chaine(self) -> "Appartenance | None":
        """Who vouches for the persons whom this one brings; None once the service did."""
        if self.est_premiere or self.verifiee_le or self.refusee_le:
            return self
        return self.garant

    @property
    def est_du_ressort_du_service(self) -> bool:
        """A claim: what the service verified, or has to look at; it may refuse or undo it."""
        return self.est_premiere or self.verifiee_le is not None or not self.qualite_verifiee


def empreinte_du_jeton(jeton: str) -> str:
    """What the database keeps of a one-time link: its SHA-256, never the link."""
    return hashlib.sha256(jeton.encode()).hexdigest()


class InvitationQuerySet(JournaliseQuerySet["Invitation"]):
    def valables(self, instant: datetime) -> Self:
        """Neither used, nor cancelled, nor too old."""
        return self.en_attente().filter(expire_le__gt=instant)

    def en_attente(self) -> Self:
        """Neither used nor cancelled: one an address."""
        return self.filter(utilisee_le__isnull=True, annulee_le__isnull=True)

    def de_l_equipe(self) -> Self:
        """Those that lead into the service or to a funder."""
        return self.filter(tient(*ROLES_EQUIPE))


class Invitation(Journalise):
    """A one-time link to join an organisation; GET shows it, POST consumes it.

    One live link an address and an organisation: a new one cancels the one before.
    """

    REGARD = Regard(secrets=("email", "empreinte"), organisme="partenaire")

    DUREE_JOURS = 14

    partenaire = models.ForeignKey(Partenaire, models.CASCADE, related_name="invitations")
    email = models.EmailField("adresse électronique")
    roles = RolesField("rôles")
    empreinte = models.CharField(max_length=64, unique=True)
    cree_le = models.DateTimeField()
    expire_le = models.DateTimeField()
    invitee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    utilisee_le = models.DateTimeField(null=True, blank=True)
    annulee_le = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-cree_le"]
        constraints = [
            models.UniqueConstraint(
                fields=["partenaire", "email"],
                name="un_lien_vivant_par_adresse",
                condition=models.Q(utilisee_le__isnull=True, annulee_le__isnull=True),
            ),
            models.CheckConstraint(name="invitee_a_un_role", condition=~models.Q(roles="")),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.partenaire}"

    @property
    def roles_dits(self) -> str:
        return dits(self.roles)

    @staticmethod
    def nouveau_jeton() -> str:
        """256 bits: guessing is useless."""
        return secrets.token_urlsafe(32)
