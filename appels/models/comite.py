import hashlib
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from appels.models.appel import Appel, FinanceurAppel
from appels.models.dossier import Dossier
from appels.models.enveloppe import Scenario
from partenaires.models import Utilisateur
from partenaires.models.appartenance import ROLES_FINANCEUR
from partenaires.socle import droits
from quartiers.contraintes import ensemble
from quartiers.horloge import a_paris
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class ComiteQuerySet(JournaliseQuerySet["Comite"]):
    def lisibles_par(self, utilisateur: Utilisateur) -> Self:
        """All for the service; for the funders of the call, once the service opens its meetings."""
        if droits.est_agent(utilisateur):
            return self
        siens = [
            appartenance.partenaire_id
            for appartenance in utilisateur.mes_appartenances
            if appartenance.roles & set(ROLES_FINANCEUR)
        ]
        financeurs = FinanceurAppel.objects.filter(
            appel=models.OuterRef("appel"), partenaire__in=siens, retire_le__isnull=True
        )
        return self.filter(models.Exists(financeurs), appel__comite_ouvert=True)


class Comite(Journalise):
    """A meeting of the funders on a call, with the scenario that it discusses (METIER §4.3)."""

    REGARD = Regard(omis=("contenu",))

    appel = models.ForeignKey(Appel, models.CASCADE, related_name="comites")
    scenario = models.ForeignKey(
        Scenario, models.PROTECT, related_name="comites", verbose_name="scénario discuté"
    )
    nom = models.CharField("nom", max_length=100, default="Comité des financeurs")
    tenu_le = models.DateTimeField("tenu le")
    lieu = models.CharField("lieu", max_length=150, blank=True)
    cree_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    clos_le = models.DateTimeField(null=True, blank=True)
    clos_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    contenu = models.JSONField(null=True, blank=True)  # the minutes as they were at the closing
    # How many people who vote must be there; null while nobody says that any must
    quorum = models.PositiveSmallIntegerField("quorum", null=True, blank=True)

    objects: ClassVar = ComiteQuerySet.as_manager()

    class Meta:
        ordering = ["-tenu_le", "-pk"]
        constraints = [
            ensemble("comite_clos_par_quelqu_un", "clos_le", "clos_par"),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def empreinte(self) -> str:
        """Its settings in one word: changes with them."""
        contenu = (self.nom, self.tenu_le, self.lieu, self.scenario_id, self.quorum)
        return hashlib.sha256(repr(contenu).encode()).hexdigest()

    @property
    def ce_qui_se_dit(self) -> str:
        """The words said so far and the amounts discussed, in one word: changes with them."""
        dits = self.deliberations.order_by("dossier").values_list("dossier", "sens", "observation")
        montants = self.scenario.mouvements.values_list("pk", flat=True).first()
        return hashlib.sha256(repr((list(dits), montants)).encode()).hexdigest()

    def est_venue(self, instant: datetime) -> bool:
        """Its day has come: it has the scores before its eyes, whoever gave theirs or not."""
        return a_paris(self.tenu_le).date() <= a_paris(instant).date()

    @property
    def voix_presentes(self) -> int:
        """How many people who vote are there."""
        return self.presences.filter(vote=True, venue=Venue.PRESENT).count()


class Venue(models.TextChoices):
    ATTENDU = "attendu", "Attendu"
    PRESENT = "present", "Présent"
    EXCUSE = "excuse", "Excusé"
    ABSENT = "absent", "Absent"


class Presence(Journalise):
    """Somebody called to a meeting, and whether they came."""

    REGARD = Regard(secrets=("nom",))

    comite = models.ForeignKey(Comite, models.CASCADE, related_name="presences")
    nom = models.CharField("nom", max_length=120)
    organisme = models.CharField("organisme", max_length=150, blank=True)
    venue = models.CharField("venue", max_length=8, choices=Venue.choices, default=Venue.PRESENT)
    vote = models.BooleanField("a une voix", default=False)

    class Meta:
        ordering = ["organisme", "nom", "pk"]

    def __str__(self) -> str:
        return self.nom


class Inscription(Journalise):
    """A project on the agenda of a meeting, and its place there.

    It stays when the project is withdrawn: the agenda says so.
    """

    REGARD = Regard(dossier="dossier")

    comite = models.ForeignKey(Comite, models.CASCADE, related_name="inscriptions")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="inscriptions")
    ordre = models.PositiveSmallIntegerField("ordre")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    class Meta:
        ordering = ["ordre", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["comite", "dossier"], name="une_inscription_par_projet")
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} : {self.ordre}"


class SensComite(models.TextChoices):
    """What the meeting says of a project; the decision stays with each funder."""

    FAVORABLE = "favorable", "Favorable"
    RESERVE = "reserve", "Favorable avec réserve"
    DEFAVORABLE = "defavorable", "Défavorable"
    AJOURNE = "ajourne", "Ajourné"


TEMOINS = {
    SensComite.FAVORABLE: "plein",
    SensComite.RESERVE: "demi",
    SensComite.DEFAVORABLE: "vide",
    SensComite.AJOURNE: "apres",
}


class Deliberation(Journalise):
    """What the meeting said of one project."""

    REGARD = Regard(dossier="dossier")

    comite = models.ForeignKey(Comite, models.CASCADE, related_name="deliberations")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="deliberations")
    sens = models.CharField("décision du comité", max_length=12, choices=SensComite.choices)
    observation = models.TextField("observation", max_length=2000, blank=True)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    class Meta:
        ordering = ["dossier__numero"]
        constraints = [
            models.UniqueConstraint(
                fields=["comite", "dossier"], name="une_deliberation_par_projet"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} : {self.get_sens_display()}"

    @property
    def empreinte(self) -> str:
        """What it says in one word: changes with it."""
        return hashlib.sha256(repr((self.sens, self.observation)).encode()).hexdigest()

    @property
    def est_favorable(self) -> bool:
        """With a reservation too."""
        return self.sens in (SensComite.FAVORABLE, SensComite.RESERVE)

    @property
    def temoin(self) -> str:
        """The mark beside the word: full for yes, half with a reservation, empty for no."""
        return TEMOINS[SensComite(self.sens)]
