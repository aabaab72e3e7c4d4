"""What a resident said, and who may read it (SUITES F8, H1 to H13)."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from partenaires.models.consultation import Consultation
from partenaires.models.etats_des_paroles import ECARTEES, PUBLIQUES, REPONDUES, EtatParole
from quartiers.contraintes import ensemble
from quartiers.models import Axe, Journalise, JournaliseQuerySet, Quartier, Regard

LONGUEUR_MAX = 3000  # characters of a text


class TypeParole(models.TextChoices):
    """The three things that the contract asks of residents."""

    EXPERIENCE = "experience", "Expérience d’usage"
    PROPOSITION = "proposition", "Proposition"
    AVIS = "avis", "Avis"


class SourceParole(models.TextChoices):
    """How it reached the service; what is not online is entered by an agent, counted apart (H7)."""

    EN_LIGNE = "en_ligne", "En ligne"
    PAPIER = "papier", "Sur papier"
    RENCONTRE = "rencontre", "En rencontre"
    TELEPHONE = "telephone", "Par téléphone"


class ContributionQuerySet(JournaliseQuerySet["Contribution"]):
    def publiques(self) -> Self:
        """THE rule: what everybody reads.

        Pages, feeds, open data, searches, mails to others, exports, synthesis: each asks this and
        nothing else (U71: a hidden text was still read in notifications).
        """
        return self.filter(etat__in=PUBLIQUES, consultation__publiee_le__isnull=False)

    def repondues(self) -> Self:
        """Ended by a signed answer."""
        return self.filter(etat__in=REPONDUES)

    def hors_ligne(self) -> Self:
        """Entered by an agent: paper, meeting, telephone."""
        return self.exclude(source=SourceParole.EN_LIGNE)


class Contribution(Journalise):
    """One word of a resident: an experience, a proposal, an opinion; no account is needed.

    Nothing of a person is kept but a pseudonym that they chose to publish and an address that they
    chose to give (H2, H13). The log says that texts changed, never what they were: what is taken
    away must be gone.
    """

    REGARD = Regard(
        omis=("parution_de_sortie",),
        secrets=("texte", "titre", "pseudonyme", "courriel", "envoi", "code"),
    )

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="contributions")
    type = models.CharField("type", max_length=12, choices=TypeParole.choices)
    titre = models.CharField("titre", max_length=120, blank=True)
    texte = models.TextField("texte", max_length=LONGUEUR_MAX)
    quartier = models.ForeignKey(
        Quartier, models.PROTECT, null=True, blank=True, related_name="contributions"
    )
    axe = models.ForeignKey(Axe, models.PROTECT, null=True, blank=True, related_name="+")
    pseudonyme = models.CharField("pseudonyme, publié", max_length=40, blank=True)
    courriel = models.EmailField("courriel, jamais publié", blank=True)
    source = models.CharField(
        "source", max_length=10, choices=SourceParole.choices, default=SourceParole.EN_LIGNE
    )
    saisie_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # When it was said, for what was not written here: the day of a meeting.
    dite_le = models.DateField(null=True, blank=True)

    # Prints, under the secret of the site: of the sending (the same one twice is one row) and of
    # the code that its author was given.
    envoi = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=64, unique=True)

    etat = models.CharField(
        "état", max_length=12, choices=EtatParole.choices, default=EtatParole.RECUE
    )
    recue_le = models.DateTimeField()
    a_relire_avant = models.DateField(null=True, blank=True)  # as promised when it was received
    # The same of the answer: what the service says later of another day takes back no promise.
    reponse_promise_le = models.DateField(null=True, blank=True)
    publiee_le = models.DateTimeField(null=True, blank=True)  # the first time
    theme = models.CharField("thème, pour le bilan", max_length=60, blank=True)
    effacee_le = models.DateTimeField(null=True, blank=True)  # its words, at the end of storage
    # The parution from which something of it is read no more: `concertation.sorties`.
    parution_de_sortie = models.PositiveBigIntegerField(null=True, editable=False)

    objects: ClassVar = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["-recue_le", "-pk"]
        indexes = [
            models.Index(fields=["consultation", "etat", "-publiee_le"], name="paroles_publiees"),
            models.Index(fields=["quartier", "etat", "-publiee_le"], name="paroles_du_quartier"),
            models.Index(fields=["etat", "a_relire_avant"], name="paroles_a_relire"),
        ]
        constraints = [
            models.CheckConstraint(
                name="parole_hors_ligne_saisie_par_un_agent",
                condition=models.Q(source=SourceParole.EN_LIGNE)
                | models.Q(saisie_par__isnull=False),
            ),
            models.CheckConstraint(
                name="parole_publique_a_sa_date",
                condition=~models.Q(etat__in=PUBLIQUES) | models.Q(publiee_le__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Contribution {self.pk}"

    @property
    def est_publique(self) -> bool:
        """The same rule as `publiques`, on a row that is held."""
        return self.etat in PUBLIQUES and self.consultation.publiee_le is not None

    @property
    def est_repondue(self) -> bool:
        return self.etat in REPONDUES

    @property
    def est_ecartee(self) -> bool:
        """Refused or masked: its author may ask somebody else to look (H6)."""
        return self.etat in ECARTEES

    @property
    def est_hors_ligne(self) -> bool:
        return self.source != SourceParole.EN_LIGNE

    @property
    def auteur(self) -> str:
        """Who is said to speak, after a day or a source."""
        return self.pseudonyme or "une habitante, un habitant"


class Echo(models.Model):
    """« Moi aussi »: somebody lives the same; it counts nothing towards a decision (H9)."""

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="echos")
    envoi = models.CharField(max_length=64, unique=True)
    le = models.DateTimeField()

    def __str__(self) -> str:
        return f"Moi aussi : {self.contribution_id}"


class Abonnement(Journalise):
    """Somebody follows a quartier by mail: asked, confirmed by a link, stopped by one (H12)."""

    REGARD = Regard(secrets=("courriel",))

    quartier = models.ForeignKey(Quartier, models.PROTECT, related_name="abonnements")
    courriel = models.EmailField()
    demande_le = models.DateTimeField()
    confirme_le = models.DateTimeField(null=True, blank=True)
    # What was published or answered until then was told.
    prevenu_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["quartier", "courriel"], name="un_abonnement_par_quartier"
            ),
            ensemble("abonnement_confirme_et_prevenu", "confirme_le", "prevenu_le"),
        ]

    def __str__(self) -> str:
        return f"Abonnement {self.pk} ({self.quartier})"

    def est_confirme(self) -> bool:
        return self.confirme_le is not None


def date_de_parution(contribution: Contribution) -> datetime:
    """When everybody could first read it; it is public, so it has one."""
    assert contribution.publiee_le
    return contribution.publiee_le
