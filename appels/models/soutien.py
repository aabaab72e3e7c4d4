"""What everybody reads of the projects granted: rows made of the procedure, and nothing private.

They hold only what the public may read: a place that is protected has no row here, so that no page,
file or search can show it by mistake. `appels/socle/soutiens.py` alone writes them.
"""

from typing import ClassVar, Self

from django.db import models

from appels.models.diffusion import Publication
from appels.models.dossier import Dossier
from appels.models.reprise import PREFIXE_REPRIS
from partenaires.models import Partenaire
from quartiers.models import Axe, Commune, Objectif, Quartier


class SoutienQuerySet(models.QuerySet["Soutien"]):
    def pour_un_quartier(self) -> Self:
        """What a row shows of projects that all have a quartier."""
        return self.select_related("porteur", "axe").prefetch_related(
            models.Prefetch("parts", PartFinanceur.objects.select_related("financeur")),
            models.Prefetch(
                "places",
                PartQuartier.objects.select_related("quartier").defer("quartier__contour"),
            ),
        )

    def pour_lecture(self) -> Self:
        """Everything that a row shows, in a number of queries that does not grow."""
        return self.pour_un_quartier().prefetch_related(
            models.Prefetch("communes", Commune.objects.defer("contour"))
        )


class Soutien(models.Model):
    """A project that one decision at least makes public: one row, as the public reads it.

    Amounts in cents. `total`: what is granted and was not given up.
    """

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="soutien")
    numero = models.CharField(max_length=14, unique=True)
    annee = models.PositiveSmallIntegerField()
    intitule = models.CharField(max_length=256, blank=True)
    resume = models.CharField(max_length=300, blank=True)
    # The title without accents nor case: it is searched, and the list follows its order
    tri = models.CharField(max_length=256, blank=True)
    porteur = models.ForeignKey(Partenaire, models.PROTECT, related_name="+")
    axe = models.ForeignKey(Axe, models.PROTECT, null=True, related_name="+")
    debut_le = models.DateField(null=True)
    fin_le = models.DateField(null=True)
    # [what is counted, number aimed at as text, unit], as the project said it
    mesures = models.JSONField(default=list)
    total = models.PositiveBigIntegerField()
    # False when all of its grants were given up or corrected to none: the line stays, and says so
    est_accorde = models.BooleanField()
    # Of its total, what no quartier is counted for
    hors_quartier = models.PositiveBigIntegerField()
    communes = models.ManyToManyField(Commune, related_name="+")
    objectifs = models.ManyToManyField(Objectif, related_name="+")
    quartiers = models.ManyToManyField(Quartier, through="PartQuartier", related_name="+")
    # The last publication of one of its lines
    maj_le = models.DateTimeField()

    objects: ClassVar = SoutienQuerySet.as_manager()

    class Meta:
        ordering = ["-annee", "tri", "pk"]
        indexes = [
            models.Index(fields=["-annee", "tri", "id"], name="soutien_recents"),
            models.Index(fields=["tri", "id"], name="soutien_titre"),
            models.Index(fields=["-total", "tri", "id"], name="soutien_montant"),
            models.Index(fields=["axe", "-annee", "tri", "id"], name="soutien_axe"),
            models.Index(fields=["porteur", "-annee", "tri", "id"], name="soutien_porteur"),
            models.Index(fields=["maj_le", "id"], name="soutien_maj"),
        ]

    def __str__(self) -> str:
        return self.intitule or "Projet sans titre"

    @property
    def est_repris(self) -> bool:
        """Taken over from a past year (« données reprises »): its number says so."""
        return self.numero.startswith(PREFIXE_REPRIS)


class EtatDePart(models.TextChoices):
    """What became of a grant that the public read."""

    ACCORDE = "accorde", "accordé"
    RENONCE = "renonce", "a renoncé"
    CORRIGE = "corrige", "n’est plus accordé"


class PartFinanceur(models.Model):
    """What one funder grants to a project, in cents; zero when it was given up or corrected."""

    soutien = models.ForeignKey(Soutien, models.CASCADE, related_name="parts")
    publication = models.OneToOneField(Publication, models.CASCADE, related_name="part")
    # Null for a funder outside the call, whose name alone is known
    financeur = models.ForeignKey(Partenaire, models.PROTECT, null=True, related_name="+")
    libelle = models.CharField(max_length=150, blank=True)
    montant = models.PositiveBigIntegerField()
    est_accordee = models.BooleanField()
    a_renonce = models.BooleanField()
    # What the public is told when the line is not what it read before
    note = models.CharField(max_length=500, blank=True)
    publiee_le = models.DateTimeField()

    class Meta:
        ordering = ["soutien", "pk"]
        indexes = [models.Index(fields=["financeur", "soutien"], name="part_du_financeur")]

    def __str__(self) -> str:
        return self.nom

    @property
    def nom(self) -> str:
        """Its funder."""
        return str(self.financeur) if self.financeur else self.libelle

    @property
    def etat(self) -> EtatDePart:
        """The same on every page and in every file."""
        if self.est_accordee:
            return EtatDePart.ACCORDE
        return EtatDePart.RENONCE if self.a_renonce else EtatDePart.CORRIGE


class PartQuartier(models.Model):
    """A quartier where a project happens, and the part of its total that is counted there."""

    soutien = models.ForeignKey(Soutien, models.CASCADE, related_name="places")
    quartier = models.ForeignKey(Quartier, models.PROTECT, related_name="+")
    montant = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["soutien", "quartier"]
        constraints = [
            models.UniqueConstraint(fields=["soutien", "quartier"], name="une_part_par_quartier")
        ]
        indexes = [models.Index(fields=["quartier", "soutien"], name="part_du_quartier")]

    def __str__(self) -> str:
        return str(self.quartier)


class AdressePublique(models.Model):
    """A place whose address may be published; never one of a protected project."""

    soutien = models.ForeignKey(Soutien, models.CASCADE, related_name="adresses")
    intitule = models.CharField(max_length=150, blank=True)
    adresse = models.CharField(max_length=250, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, related_name="+")
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)

    class Meta:
        ordering = ["soutien", "pk"]

    def __str__(self) -> str:
        return self.intitule or self.adresse


# What projects are counted by. Zero in a `Cumul`: whatever it is.
DIMENSIONS = ("annee", "axe", "quartier", "commune", "objectif", "financeur")
# What is counted.
MESURES = (
    "nombre",
    "accordes",
    "montant",
    "accordes_du_financeur",
    "montant_du_financeur",
    "montant_du_quartier",
)


class Cumul(models.Model):
    """How many projects, and how much, for one choice of filters: kept, never added up on a page.

    One row for each choice that has a project: « 2026, this axis, whatever the quartier… ». A page
    reads a few of them by `cle`, whether a hundred projects are public or a hundred thousand.
    A project of two quartiers is in the row of each, and once in the row of all.
    """

    cle = models.CharField(max_length=80, primary_key=True)
    # How many of its dimensions are chosen: the rows of none and of one say what filters offer
    choisies = models.PositiveSmallIntegerField()
    annee = models.PositiveIntegerField()
    axe = models.PositiveIntegerField()
    quartier = models.PositiveIntegerField()
    commune = models.PositiveIntegerField()
    objectif = models.PositiveIntegerField()
    financeur = models.PositiveIntegerField()
    # Projects whose line is public; of them, those with a grant
    nombre = models.PositiveIntegerField(default=0)
    accordes = models.PositiveIntegerField(default=0)
    # Cents, all funders and all quartiers together: not additive between quartiers nor funders
    montant = models.PositiveBigIntegerField(default=0)
    # Where a funder is chosen: the projects that it grants, and its own part
    accordes_du_financeur = models.PositiveIntegerField(default=0)
    montant_du_financeur = models.PositiveBigIntegerField(default=0)
    # Where a quartier is chosen: the part estimated there, additive with the part outside
    montant_du_quartier = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["choisies"], name="cumul_offres", condition=models.Q(choisies__lte=1)
            )
        ]

    def __str__(self) -> str:
        return self.cle
