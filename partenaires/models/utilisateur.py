from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.functional import cached_property

from quartiers import horloge
from quartiers.models import Journalise, JournaliseQuerySet, Regard

if TYPE_CHECKING:
    from partenaires.models.appartenance import Appartenance


class UtilisateurManager(BaseUserManager["Utilisateur"].from_queryset(JournaliseQuerySet)):  # type: ignore[misc]
    def create_user(
        self, email: str, password: str | None = None, **champs: object
    ) -> "Utilisateur":
        """A person who signs in by e-mail; the address is kept in lower case."""
        utilisateur = self.model(email=self.normalize_email(email).lower(), **champs)
        utilisateur.set_password(password)
        utilisateur.save(using=self._db)
        return utilisateur

    def get_by_natural_key(self, email: str | None) -> "Utilisateur":
        return self.get(email__iexact=email)


class Cadence(models.TextChoices):
    """When messages that can wait are sent; what is urgent never waits."""

    IMMEDIATE = "immediate", "Tout de suite, un message à la fois"
    QUOTIDIENNE = "quotidienne", "Une fois par jour, en un seul résumé"


class Densite(models.TextChoices):
    """How much of a work list a screen holds: a choice of each person."""

    COMPACT = "compact", "Compact"
    CONFORT = "confort", "Confort"


class Utilisateur(AbstractBaseUser, Journalise):
    """A person. Dossiers belong to organisations; a person only has roles in them."""

    # What signs in is written elsewhere: `last_login` moves without any act.
    REGARD = Regard(
        omis=("last_login", "campagne_du"), secrets=("password", "email", "prenom", "nom")
    )

    email = models.EmailField("adresse électronique", unique=True)
    prenom = models.CharField("prénom", max_length=80, blank=True)
    nom = models.CharField("nom", max_length=80, blank=True)
    cadence = models.CharField(
        "messages qui peuvent attendre",
        max_length=12,
        choices=Cadence.choices,
        default=Cadence.QUOTIDIENNE,
    )
    densite = models.CharField(
        "listes de travail", max_length=8, choices=Densite.choices, default=Densite.COMPACT
    )
    recoit_la_campagne = models.BooleanField(
        "recevoir la campagne en une page, chaque lundi", default=False
    )
    # The last Monday whose page was asked for this person: claimed once, whoever asks first.
    campagne_du = models.DateField(null=True, blank=True, editable=False)
    # Single keys act on work pages; whoever dictates or shakes turns them off (WCAG 2.1.4)
    a_des_raccourcis = models.BooleanField("raccourcis d’une touche", default=True)
    is_active = models.BooleanField("compte ouvert", default=True)
    date_joined = models.DateTimeField("inscription", default=horloge.maintenant)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects: ClassVar = UtilisateurManager()

    class Meta:
        ordering = ["email"]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}".strip() or self.email

    @cached_property
    def mes_appartenances(self) -> list["Appartenance"]:
        """The active memberships with their organisations, read by `droits`: a query a request."""
        return list(self.appartenances.actives().select_related("partenaire", "garant"))
