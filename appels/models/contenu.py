import hashlib
from typing import Any

from django.conf import settings
from django.db import models

from quartiers.contraintes import ensemble
from quartiers.francais import INSECABLE, nombre
from quartiers.models import Commune, Mesure, Quartier
from quartiers.situation import Situation, situer

# What the organisation writes: versions keep it, the log of acts does not say it field by field.
CONTENU = (
    "intitule",
    "resume_public",
    "axe",
    "forme",
    "frequence",
    "periodicite",
    "politique_ville",
    "debut_le",
    "fin_le",
    "besoin",
    "objectifs",
    "description",
    "methode",
    "partenariats",
    "egalite",
    "participation",
    "informations_complementaires",
    "lieu_protege",
    "public_vise",
    "beneficiaires",
    "moyens_materiels",
    "recrutement_etpt",
    "evaluation",
    "resultats_attendus",
)

LIEUX_MAX = 15


class Forme(models.TextChoices):
    NUMERAIRE = "numeraire", "En argent (numéraire)"
    NATURE = "nature", "En nature"


class Frequence(models.TextChoices):
    PREMIERE = "premiere", "Première demande"
    RENOUVELLEMENT = "renouvellement", "Renouvellement ou poursuite"


class Periodicite(models.TextChoices):
    PONCTUELLE = "ponctuelle", "Annuelle ou ponctuelle"
    PLURIANNUELLE = "pluriannuelle", "Pluriannuelle"


class LieuManager(models.Manager["Lieu"]):
    """A place is always read with its commune and its quartier, but not with its outline."""

    def get_queryset(self) -> models.QuerySet["Lieu"]:
        lieux = super().get_queryset().select_related("commune", "quartier")
        return lieux.defer("commune__contour", "quartier__contour")

    def repere_des_declares(self) -> str:
        """Those chosen against their point, in one word: changes with what a person looks at."""
        declares = self.filter(quartier_declare__isnull=False).order_by("pk")
        vus = declares.values_list(
            "pk", "intitule", "adresse", "quartier", "quartier_declare", "latitude", "longitude"
        )
        return hashlib.sha256(repr(list(vus)).encode()).hexdigest()


class Lieu(models.Model):
    """A place where the project happens: a quartier, a point, or an address in words."""

    dossier = models.ForeignKey("appels.Dossier", models.CASCADE, related_name="lieux")
    intitule = models.CharField("nom du lieu", max_length=150, blank=True)
    adresse = models.CharField("adresse", max_length=250, blank=True)
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, verbose_name="commune"
    )
    quartier = models.ForeignKey(
        Quartier, models.PROTECT, null=True, blank=True, verbose_name="quartier prioritaire"
    )
    latitude = models.DecimalField(
        "latitude", max_digits=9, decimal_places=6, null=True, blank=True
    )
    longitude = models.DecimalField(
        "longitude", max_digits=9, decimal_places=6, null=True, blank=True
    )
    publiable = models.BooleanField("l’adresse de ce lieu peut être publiée", default=False)
    constat = models.CharField(max_length=300, blank=True, editable=False)
    # What somebody chose against the point: the point counts, and a person looks at it
    quartier_declare = models.ForeignKey(
        Quartier, models.PROTECT, null=True, editable=False, related_name="+"
    )
    verifie_le = models.DateTimeField(null=True, editable=False)
    verifie_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = LieuManager()

    class Meta:
        ordering = ["pk"]
        constraints = [ensemble("lieu_verifie_tout_ou_rien", "verifie_le", "verifie_par")]

    def __str__(self) -> str:
        return self.intitule or self.adresse or str(self.quartier or self.commune or "Lieu")

    def situer(self) -> None:
        """The point decides, unless it is too near an edge to say; what was chosen against it is
        kept beside, and waits for a person.
        """
        avant = self.constat
        self.constat = ""
        self.quartier_declare = None
        if self.latitude is not None and self.longitude is not None:
            self._suivre_le_point(situer(float(self.longitude), float(self.latitude)))
        if self.constat != avant or self.quartier_declare is None:
            self.verifie_le = None
            self.verifie_par = None

    def _suivre_le_point(self, situation: Situation) -> None:
        self.constat = situation.phrase
        choisi = self.quartier
        if choisi and not situation.est_en_limite and choisi != situation.quartier:
            self.quartier_declare = choisi
            self.constat += f" Vous avez choisi {choisi} : le point compte, le service regardera."
        if choisi is None or self.quartier_declare:
            self.quartier = situation.quartier_certain


class Dimension(models.TextChoices):
    QPV = "qpv", "Par quartier"
    AGE = "age", "Par âge"
    SEXE = "sexe", "Par sexe"


AGES = {
    "0-5": "0 à 5 ans",
    "6-11": "6 à 11 ans",
    "12-15": "12 à 15 ans",
    "16-17": "16 et 17 ans",
    "18-25": "18 à 25 ans",
    "26-64": "26 à 64 ans",
    "65": "65 ans et plus",
}
SEXES = {"femmes": "Femmes et filles", "hommes": "Hommes et garçons"}
HORS_QPV = "hors_qpv"


class Beneficiaires(models.Model):
    """How many people of a quartier, an age or a sex (METIER §1.6, [S24])."""

    dossier = models.ForeignKey("appels.Dossier", models.CASCADE, related_name="publics")
    dimension = models.CharField(max_length=5, choices=Dimension.choices)
    cle = models.CharField(max_length=10)
    nombre = models.PositiveIntegerField()

    class Meta:
        ordering = ["dimension", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "dimension", "cle"], name="un_nombre_par_public"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cle} : {self.nombre}"


class PartDuQuartier(models.Model):
    """The share of the project that goes to a quartier, or outside, in percent: SUITES §0.2-3.

    Asked when there are several quartiers; `cle`: the code of the quartier, or `HORS_QPV`.
    """

    dossier = models.ForeignKey("appels.Dossier", models.CASCADE, related_name="parts")
    cle = models.CharField(max_length=10)
    pourcent = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "cle"], name="une_part_par_quartier_declare")
        ]

    def __str__(self) -> str:
        return f"{self.cle} : {self.pourcent} %"


class CategorieMoyen(models.TextChoices):
    """The rows of the table of human means, CERFA 12156*06 box 6 (METIER §1.6)."""

    BENEVOLES = "benevoles", "Bénévoles participant activement à l’action"
    SALARIES = "salaries", "Salariées et salariés"
    CDI = "cdi", "dont en CDI"
    CDD = "cdd", "dont en CDD"
    AIDES = "aides", "dont emplois aidés"
    VOLONTAIRES = "volontaires", "Volontaires (service civique…)"


class MoyenHumain(models.Model):
    """A row of the table: a number of people and its ETPT."""

    dossier = models.ForeignKey("appels.Dossier", models.CASCADE, related_name="moyens")
    categorie = models.CharField(max_length=12, choices=CategorieMoyen.choices)
    nombre = models.PositiveIntegerField(null=True, blank=True)
    etpt = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "categorie"], name="une_ligne_par_categorie")
        ]

    def __str__(self) -> str:
        return self.get_categorie_display()


class Indicateur(models.Model):
    """What will be counted, the number aimed at and its unit (METIER §1.6, SUITES §0.2-2).

    `mesure`: of the library, so that projects compare; none for words of one's own. `cible` may be
    unknown: rows written before it was asked have their words in `commentaire`.
    """

    dossier = models.ForeignKey("appels.Dossier", models.CASCADE, related_name="indicateurs")
    mesure = models.ForeignKey(Mesure, models.PROTECT, null=True, blank=True, related_name="+")
    libelle = models.CharField("indicateur", max_length=200)
    cible = models.DecimalField(
        "nombre visé", max_digits=12, decimal_places=2, null=True, blank=True
    )
    unite = models.CharField("unité", max_length=40, blank=True)
    commentaire = models.CharField("précision", max_length=100, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.libelle

    @property
    def en_clair(self) -> str:
        """« 60 personnes, chaque mois »: the number with its unit, then the words."""
        vise = ""
        if self.cible is not None:
            vise = f"{nombre(self.cible)}{INSECABLE}{self.unite}".strip()
        return ", ".join(mots for mots in (vise, self.commentaire) if mots)

    @staticmethod
    def visees(dossier: Any) -> str:
        """« Séances tenues : 40 séances ; Bancs posés » of a dossier, as it was written."""
        lignes = ((ligne.libelle, ligne.en_clair) for ligne in dossier.indicateurs.all())
        return " ; ".join(f"{nom} : {vise}" if vise else nom for nom, vise in lignes)
