from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from operator import attrgetter
from typing import ClassVar, Self
from uuid import uuid4

from django.core.validators import FileExtensionValidator
from django.db import models

from appels.models.numerotation import Numerotation
from appels.models.regime import Regime
from appels.models.reglages import ReglagesDesFinanceurs, ReglagesDesSignaux
from appels.models.regle import Regle
from partenaires.models import Partenaire
from partenaires.models.partenaire import PORTEURS
from quartiers.horloge import depuis_paris
from quartiers.models import Axe, Journalise, JournaliseQuerySet, Regard


class Theme(Journalise):
    """A theme that projects may choose (page of the CUA)."""

    cle = models.SlugField(unique=True)
    libelle = models.CharField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "libelle"]

    def __str__(self) -> str:
        return self.libelle


OPTIONS_CG = {
    "moyens_materiels": "Moyens matériels du projet",
    "recrutement": "Recrutement envisagé",
    "informations_complementaires": "Informations complémentaires",
    "charte": "Attestation : charte des engagements réciproques du 14 février 2014",
}
JOURS_DE_RAPPEL = [14, 7, 3, 1]


def jours_de_rappel() -> list[int]:
    return list(JOURS_DE_RAPPEL)


# The steps after the closing, in their order: (field, name in the singular of a calendar).
PHASES = {
    "examen_le": "Examen des dossiers",
    "comite_le": "Comité des financeurs",
    "decision_le": "Décisions",
    "bilan_le": "Bilans à remettre",
}


class AppelQuerySet(JournaliseQuerySet["Appel"]):
    def au_repere(self, repere: str) -> Self:
        """The call that an address names: « 2027 », or « 2027-2 » for the second of the year."""
        annee, _, rang = repere.partition("-")
        return self.filter(annee=int(annee), rang=int(rang or 1))

    def publies(self) -> Self:
        return self.filter(est_publie=True)

    def avec_leurs_soutiens(self) -> Self:
        """`a_des_soutiens`: a decision of theirs is public; « none » looks at every one of them."""
        parues = self.model.objects.filter(
            pk=models.OuterRef("pk"),
            dossiers__financements__prises__publications__le__isnull=False,
            dossiers__financements__prises__publications__retiree_le__isnull=True,
        )
        return self.annotate(a_des_soutiens=models.Exists(parues))

    def a_la_une(self, instant: datetime) -> "Appel | None":
        """The call to speak of on every page: open, else next to open, else the last one."""
        return le_plus_actuel(self.publies().avec_leurs_soutiens(), instant)

    def du_portail(self) -> Self:
        """Those that the portal carries; not the past years taken over."""
        return self.exclude(regime=Regime.HISTORIQUE)

    def ouverts(self, instant: datetime) -> Self:
        return self.publies().filter(ouvre_le__lte=instant, ferme_le__gt=instant)


def le_plus_actuel(appels: Iterable["Appel"], instant: datetime) -> "Appel | None":
    """Open (the first to close), else the latest."""
    ouverts = [appel for appel in appels if appel.est_ouvert(instant)]
    if ouverts:
        return min(ouverts, key=attrgetter("ferme_le"))
    return max(appels, key=attrgetter("annee", "rang"), default=None)


@dataclass(frozen=True)
class Moments:
    """The public calls as the clock sees them, each kind in the order that one reads it."""

    ouverts: list["Appel"]
    a_venir: list["Appel"]
    clos: list["Appel"]

    @property
    def en_cours_ou_a_venir(self) -> list["Appel"]:
        return [*self.ouverts, *self.a_venir]


def moments(appels: Iterable["Appel"], instant: datetime) -> Moments:
    """Open (the first to close first), to come, closed (the last one first)."""
    restants = sorted(appels, key=attrgetter("annee", "rang"), reverse=True)
    ouverts = [appel for appel in restants if appel.est_ouvert(instant)]
    clos = [appel for appel in restants if appel.est_clos(instant)]
    return Moments(
        ouverts=sorted(ouverts, key=attrgetter("ferme_le")),
        a_venir=[appel for appel in restants if appel not in ouverts and appel not in clos],
        clos=clos,
    )


class Appel(ReglagesDesFinanceurs, ReglagesDesSignaux, Journalise):
    """A call for projects of a year; everything the CUA has not published stays empty.

    Several calls may live in one year: `rang` tells them apart in their addresses.
    """

    REGARD = Regard(omis=("sequence",))

    annee = models.PositiveSmallIntegerField("année des projets")
    rang = models.PositiveSmallIntegerField(default=1, editable=False)
    titre = models.CharField("titre", max_length=150)
    regime = models.CharField(
        "régime", max_length=12, choices=Regime.choices, default=Regime.PREPARATION
    )
    est_publie = models.BooleanField("visible du public", default=False)
    ouvre_le = models.DateTimeField("ouverture", null=True, blank=True)
    ferme_le = models.DateTimeField("clôture", null=True, blank=True)
    examen_le = models.DateField("examen des dossiers", null=True, blank=True)
    comite_le = models.DateField("comité des financeurs", null=True, blank=True)
    decision_le = models.DateField("décisions", null=True, blank=True)
    bilan_le = models.DateField("bilans à remettre", null=True, blank=True)
    presentation = models.TextField("présentation", blank=True, max_length=5000)
    axes = models.ManyToManyField(
        Axe,
        through="AxeOuvert",
        blank=True,
        verbose_name="axes ouverts",
        related_name="appels",
    )
    themes = models.ManyToManyField(
        Theme,
        through="ThemePropose",
        blank=True,
        verbose_name="thèmes proposés",
        related_name="appels",
    )
    options = models.JSONField("questions facultatives", default=list, blank=True)
    jours_rappel = models.JSONField(
        "rappels, en jours avant la clôture", default=jours_de_rappel, blank=True
    )
    longueur_dauphin = models.PositiveIntegerField(
        "longueur d’une réponse sur Dauphin, en caractères",
        null=True,
        blank=True,
        help_text="Si vous la connaissez : la fiche de report dira quelles réponses sont "
        "trop longues.",
    )
    # RFC 5545: +1 at each change of a date
    sequence = models.PositiveIntegerField(default=0, editable=False)
    dates_le = models.DateTimeField(null=True, editable=False)
    avis_avant = models.DateField(
        "avis des financeurs attendus jusqu’au",
        null=True,
        blank=True,
        help_text="Jusqu’à ce jour, une décision attend tous les avis demandés. Laissez vide si "
        "les décisions n’attendent pas les avis.",
    )

    # Who answers, and the words of the law: filled by the service (METIER §6.1, R112-11-1)
    agent_charge = models.CharField(
        "agent chargé des dossiers (prénom, nom, qualité)", max_length=200, blank=True
    )
    autorite_recours = models.CharField("autorité du recours gracieux", max_length=200, blank=True)
    tribunal = models.CharField("tribunal administratif", max_length=100, blank=True)
    texte_legal = models.TextField("mention propre à cet appel", blank=True, max_length=3000)

    objects: ClassVar = AppelQuerySet.as_manager()

    class Meta:
        ordering = ["-annee", "-rang"]
        constraints = [
            models.UniqueConstraint(fields=["annee", "rang"], name="un_appel_par_rang"),
            models.UniqueConstraint(
                fields=["annee", "titre"],
                name="un_titre_par_annee",
                violation_error_message="Un appel de cette année porte déjà ce titre.",
            ),
            models.CheckConstraint(
                name="appel_ferme_apres_ouverture",
                condition=models.Q(ferme_le__isnull=True)
                | models.Q(ouvre_le__isnull=True)
                | models.Q(ferme_le__gt=models.F("ouvre_le")),
            ),
            models.UniqueConstraint(
                fields=["annee"],
                name="une_annee_reprise",
                condition=models.Q(regime=Regime.HISTORIQUE),
            ),
            models.CheckConstraint(
                name="annee_reprise_jamais_ouverte",
                condition=~models.Q(regime=Regime.HISTORIQUE)
                | models.Q(est_publie=False, ouvre_le__isnull=True, ferme_le__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    def est_ouvert(self, instant: datetime) -> bool:
        """ouvre_le <= instant < ferme_le: the only rule, read in the transaction of the deposit."""
        if self.ouvre_le is None or self.ferme_le is None:
            return False
        return self.ouvre_le <= instant < self.ferme_le

    def a_commence(self, instant: datetime) -> bool:
        """Open once, and public or begun by somebody: its dates move by a public act only."""
        if self.ouvre_le is None or self.ferme_le is None or instant < self.ouvre_le:
            return False
        return self.est_publie or (self.pk is not None and self.dossiers.exists())

    def est_clos(self, instant: datetime) -> bool:
        return self.ferme_le is not None and instant >= self.ferme_le

    def dernier_changement(self, instant: datetime) -> datetime | None:
        """The last instant when pages changed by themselves: a date passed, one hour less left."""
        dates = (self.ouvre_le, self.ferme_le, *map(debut_du_jour, self.dates_des_phases()))
        bornes = [borne for borne in dates if borne and borne <= instant]
        if self.ferme_le and self.est_ouvert(instant):
            heures_restantes = ceil((self.ferme_le - instant) / timedelta(hours=1))
            bornes.append(self.ferme_le - timedelta(hours=heures_restantes))
        return max(bornes, default=None)

    @property
    def est_guichet(self) -> bool:
        return self.regime == Regime.GUICHET

    @property
    def est_historique(self) -> bool:
        """A past year taken over: nothing is asked, deposited or written there."""
        return self.regime == Regime.HISTORIQUE

    @property
    def repere(self) -> str:
        """What its addresses and its files say: « 2027 », « 2027-2 » for the second of the year."""
        return str(self.annee) if self.rang == 1 else f"{self.annee}-{self.rang}"

    def a_des_numeros(self) -> bool:
        """One of its dossiers was deposited: its number says the year."""
        return self.dossiers.filter(numero__isnull=False).exists()

    def prochain_numero(self) -> str:
        """« CV-2027-0001 », next of the counter of the year, which it locks."""
        return Numerotation.verrouiller(self.annee).numero()

    def phases(self) -> list[tuple[str, str, date | None]]:
        """(key, name, day) of what follows the closing; no day: the service has not said it."""
        return [
            (champ.removesuffix("_le"), nom, getattr(self, champ)) for champ, nom in PHASES.items()
        ]

    def dates_des_phases(self) -> list[date]:
        """Those that are known."""
        return [jour for _cle, _nom, jour in self.phases() if jour]

    def regles_actives(self) -> dict[str, Regle]:
        """The rules that the service switched on, by key."""
        return {regle.cle: regle for regle in self.regles.all() if regle.est_active}


def debut_du_jour(jour: date) -> datetime:
    """Midnight in Paris."""
    return depuis_paris(datetime.combine(jour, time.min))


class Retirable(Journalise):
    """A row of a call that a dossier may hold: withdrawn once used, never deleted.

    What holds it already keeps it, and reads « n’est plus proposé »; nobody else is offered it.
    """

    retire_le = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def est_propose(self) -> bool:
        return self.retire_le is None


class RetirableQuerySet(JournaliseQuerySet):
    def proposes(self) -> Self:
        """What a new dossier is offered or asked."""
        return self.filter(retire_le__isnull=True)


class FinanceurAppel(Retirable):
    """A funder who can be asked in this call."""

    REGARD = Regard(organisme="partenaire")

    appel = models.ForeignKey(Appel, models.CASCADE, related_name="financeurs")
    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="+")
    sous_poste = models.CharField(max_length=20)
    service = models.CharField("service ou crédit", max_length=150, blank=True)
    autorite = models.CharField("autorité compétente pour décider", max_length=200, blank=True)
    voit_tout = models.BooleanField(
        "lit tous les dossiers de l’appel, même sans y être sollicité", default=False
    )
    est_dispense_de_signature = models.BooleanField(
        "lettres dispensées de signature, notifiées par téléservice (code des relations entre le "
        "public et l’administration, article L. 212-2)",
        default=False,
    )
    donne_son_accord = models.BooleanField("ses lettres attendent son accord", default=False)
    position = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar = RetirableQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["appel", "partenaire"], name="un_financeur_par_appel")
        ]

    def __str__(self) -> str:
        return f"{self.partenaire} ({self.service})" if self.service else str(self.partenaire)


class Exigence(models.TextChoices):
    """The three notions of METIER §1.9, the third one (conforme) being the agent's."""

    FACULTATIF = "facultatif", "Facultatif"
    RECEVABILITE = "recevabilite", "Obligatoire pour la recevabilité"
    OBLIGATOIRE = "obligatoire", "Obligatoire pour déposer"


def nom_de_rangement(document: "DocumentDemande", nom: str) -> str:
    """Whatever the name given: one that every disk accepts, with the kind of the file."""
    return f"modeles/{uuid4().hex}.{nom.rsplit('.', 1)[-1].lower()}"


# Who a document is asked of; of everybody when it names none.
GENRES_DEMANDES = [(genre.value, genre.label) for genre in PORTEURS]


class DocumentDemande(Retirable):
    """A document asked of a kind of applicant."""

    appel = models.ForeignKey(Appel, models.CASCADE, related_name="documents")
    genre = models.CharField(
        "demandé à",
        max_length=12,
        blank=True,
        choices=GENRES_DEMANDES,
    )
    libelle = models.CharField("document", max_length=150)
    aide = models.CharField("aide", max_length=300, blank=True)
    exigence = models.CharField(
        "exigence", max_length=12, choices=Exigence.choices, default=Exigence.FACULTATIF
    )
    est_bancaire = models.BooleanField(
        "relevé d’identité bancaire (IBAN et BIC demandés)", default=False
    )
    modele = models.FileField(
        "modèle à télécharger",
        upload_to=nom_de_rangement,
        blank=True,
        max_length=300,
        validators=[FileExtensionValidator(["pdf", "odt", "docx", "ods", "xlsx"])],
    )
    position = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar = RetirableQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.libelle

    @property
    def nom_du_modele(self) -> str:
        """« Statuts.odt »: the name of the document, the kind of the file."""
        return f"{self.libelle}.{(self.modele.name or '').rsplit('.', 1)[-1]}"

    @property
    def est_obligatoire(self) -> bool:
        return self.exigence == Exigence.OBLIGATOIRE and self.est_propose
