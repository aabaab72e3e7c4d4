"""What the residents are asked, and the rules said before they write (SUITES F8; CRPA L131-1)."""

from datetime import UTC, date, datetime
from typing import ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from quartiers.contraintes import ensemble
from quartiers.horloge import a_paris
from quartiers.models import Axe, Journalise, JournaliseQuerySet, Quartier

# Words of addresses beside which a consultation stands: `appels/public/urls.py`.
RESERVEES = frozenset({"arreter", "code", "confirmer", "merci", "quartiers", "suivi", "suivre"})


def adresse_libre(adresse: str) -> None:
    """Raises `ValidationError` for a word that another page of « Participer » has."""
    if adresse in RESERVEES:
        raise ValidationError(
            f"« {adresse} » est déjà l’adresse d’une autre page : choisissez-en une autre."
        )


class ModeDeModeration(models.TextChoices):
    """When a text is read by somebody: before everybody, or after."""

    A_PRIORI = "a_priori", "Relue avant publication"
    A_POSTERIORI = "a_posteriori", "Publiée dès l’envoi avec un compte vérifié, relue ensuite"


class ConsultationQuerySet(JournaliseQuerySet["Consultation"]):
    def publiees(self) -> Self:
        """What everybody reads, open or not."""
        return self.filter(publiee_le__isnull=False)

    def ouvertes(self, le: datetime) -> Self:
        """Published, and one may write now."""
        pas_finie = models.Q(ferme_le__isnull=True) | models.Q(ferme_le__gt=le)
        return self.publiees().filter(pas_finie, ouvre_le__lte=le, close_le__isnull=True)


class Consultation(Journalise):
    """A question put to the residents: its frame, its dates, who answers and by when.

    What the CUA has not said is empty, and the page says so: charter, delay of moderation, date of
    the answers, storage.
    """

    adresse = models.SlugField(
        "adresse de la page", max_length=60, unique=True, validators=[adresse_libre]
    )
    titre = models.CharField("titre court", max_length=60)
    question = models.CharField("question posée", max_length=200)
    pourquoi = models.TextField("pourquoi cette question", max_length=1500, blank=True)
    # One line a point.
    peut_changer = models.TextField("ce qui peut changer", max_length=1500, blank=True)
    ne_peut_pas = models.TextField("ce qui n’est pas décidé ici", max_length=1500, blank=True)

    admet_experiences = models.BooleanField("expériences d’usage", default=True)
    admet_propositions = models.BooleanField("propositions", default=True)
    admet_avis = models.BooleanField("avis", default=True)
    # None chosen: all of them.
    quartiers: "models.ManyToManyField[Quartier, QuartierConsulte]" = models.ManyToManyField(
        Quartier, through="QuartierConsulte", blank=True, related_name="consultations"
    )
    axes: "models.ManyToManyField[Axe, AxeConsulte]" = models.ManyToManyField(
        Axe, through="AxeConsulte", blank=True, related_name="consultations"
    )

    ouvre_le = models.DateTimeField("ouverture")
    ferme_le = models.DateTimeField("fin des contributions", null=True, blank=True)
    moderation = models.CharField(
        "relecture",
        max_length=12,
        choices=ModeDeModeration.choices,
        default=ModeDeModeration.A_PRIORI,
    )
    delai_de_relecture = models.PositiveSmallIntegerField(
        "délai de relecture, en jours ouvrés", null=True, blank=True
    )
    signature = models.CharField("service qui signe les réponses", max_length=150, blank=True)
    reponse_promise_le = models.DateField("réponse promise avant le", null=True, blank=True)
    bilan_promis_le = models.DateField("bilan promis avant le", null=True, blank=True)
    charte_en_bref = models.TextField("la charte, en quelques lignes", max_length=800, blank=True)
    charte = models.TextField("la charte entière", max_length=10_000, blank=True)
    moi_aussi = models.BooleanField("« Moi aussi » sur chaque contribution", default=False)
    # Months: of the texts after the closing, of the addresses after the answer. None: kept.
    conservation_des_textes = models.PositiveSmallIntegerField(
        "conservation des textes, en mois après la clôture", null=True, blank=True
    )
    conservation_des_courriels = models.PositiveSmallIntegerField(
        "conservation des courriels, en mois après la réponse", null=True, blank=True
    )

    creee_le = models.DateTimeField()
    creee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    publiee_le = models.DateTimeField(null=True, blank=True)
    publiee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    close_le = models.DateTimeField(null=True, blank=True)  # by the head, at `ferme_le` or before
    close_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The synthesis: its numbers are counted, only its words are written.
    bilan_themes = models.TextField("ce qui revient", max_length=5000, blank=True)
    bilan_changements = models.TextField("ce qui change", max_length=5000, blank=True)
    bilan_publie_le = models.DateTimeField(null=True, blank=True)
    bilan_publie_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = ConsultationQuerySet.as_manager()

    class Meta:
        ordering = ["-ouvre_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="consultation_ferme_apres_avoir_ouvert",
                condition=models.Q(ferme_le__isnull=True)
                | models.Q(ferme_le__gt=models.F("ouvre_le")),
            ),
            models.CheckConstraint(
                name="consultation_admet_un_type",
                condition=models.Q(admet_experiences=True)
                | models.Q(admet_propositions=True)
                | models.Q(admet_avis=True),
            ),
            ensemble("consultation_publiee_par_quelqu_un", "publiee_le", "publiee_par"),
            ensemble("consultation_close_par_quelqu_un", "close_le", "close_par"),
            ensemble("bilan_publie_par_quelqu_un", "bilan_publie_le", "bilan_publie_par"),
        ]

    def __str__(self) -> str:
        return self.titre

    def est_ouverte(self, le: datetime) -> bool:
        """One may write at this instant: `ouvre_le <= le < ferme_le`, published and not closed."""
        if not self.publiee_le or self.close_le or le < self.ouvre_le:
            return False
        return self.ferme_le is None or le < self.ferme_le

    def promesse(self, le: datetime) -> date | None:
        """The day before which who writes at `le` is answered; a day that is past promises nothing,
        and the service is asked for another (`concertation.manques`).
        """
        jour = self.reponse_promise_le
        return jour if jour and jour >= a_paris(le).date() else None

    def est_a_venir(self, le: datetime) -> bool:
        """Published, its opening still to come."""
        return not self.close_le and le < self.ouvre_le

    @property
    def relue_ensuite(self) -> bool:
        """With a verified account, a text is read by everybody, then by the service."""
        return self.moderation == ModeDeModeration.A_POSTERIORI

    def dates_passees(self, le: datetime) -> list[datetime]:
        """The instants until `le` from which its pages say something else.

        While it is not over they say the day and how many remain: midnight in Paris is one.
        """
        dates = self.bornes(le)
        if not self.close_le and (self.ferme_le is None or le < self.ferme_le):
            minuit = a_paris(le).replace(hour=0, minute=0, second=0, microsecond=0)
            dates.append(minuit.astimezone(UTC))
        return [date for date in dates if date <= le]

    def bornes(self, le: datetime) -> list[datetime]:
        """Its opening and its end, those that are past at `le`."""
        return [date for date in (self.ouvre_le, self.fin) if date and date <= le]

    @property
    def fin(self) -> datetime | None:
        """When writing ends or ended; None without end."""
        if self.close_le and (self.ferme_le is None or self.close_le < self.ferme_le):
            return self.close_le
        return self.ferme_le


class QuartierConsulte(Journalise):
    """A quartier that a consultation is about: a row of its own, so that it leaves a line."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="+")
    quartier = models.ForeignKey(Quartier, models.CASCADE, related_name="+")

    objects: ClassVar = JournaliseQuerySet.as_manager()

    class Meta:
        unique_together = [("consultation", "quartier")]

    def __str__(self) -> str:
        return f"{self.consultation} · {self.quartier}"


class AxeConsulte(Journalise):
    """An axis of the contract that a consultation is about; the same."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="+")
    axe = models.ForeignKey(Axe, models.CASCADE, related_name="+")

    objects: ClassVar = JournaliseQuerySet.as_manager()

    class Meta:
        unique_together = [("consultation", "axe")]

    def __str__(self) -> str:
        return f"{self.consultation} · {self.axe}"


class Rencontre(Journalise):
    """A meeting of a consultation: where one says the same aloud."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="rencontres")
    le = models.DateTimeField("jour et heure")
    lieu = models.CharField("lieu", max_length=150)
    precisions = models.CharField("précisions", max_length=200, blank=True)

    class Meta:
        ordering = ["le", "pk"]

    def __str__(self) -> str:
        return f"{self.lieu} ({self.consultation})"
