from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.core.files import File
from django.db import models

from appels.models.appel import Appel
from appels.models.comite import Comite
from appels.models.enveloppe import Scenario
from appels.models.fabrication import Fabrication, FabricationQuerySet
from partenaires.models import Appartenance, Partenaire, Utilisateur
from partenaires.models.appartenance import ROLES_AGENT, ROLES_FINANCEUR
from quartiers.horloge import a_paris
from quartiers.models import Journalise, Regard


class Partage(models.QuerySet):
    def pour(self, utilisateur: Utilisateur) -> Self:
        """Mine, and those that a colleague shares: of the service, or of the same funder."""
        partages = models.Q(est_partage=True, par__in=_collegues(utilisateur))
        return self.filter(models.Q(par=utilisateur) | partages).select_related("par")


def _collegues(utilisateur: Utilisateur) -> models.QuerySet:
    """The keys of those who work in the same capacity, who may have left since."""
    miennes = utilisateur.mes_appartenances
    agents = Appartenance.objects.avec_role(*ROLES_AGENT)
    if any(appartenance.roles & set(ROLES_AGENT) for appartenance in miennes):
        return agents.values("utilisateur")
    financeurs = [une.partenaire_id for une in miennes if une.roles & set(ROLES_FINANCEUR)]
    return (
        Appartenance.objects.avec_role(*ROLES_FINANCEUR)
        .filter(partenaire__in=financeurs)
        .exclude(utilisateur__in=agents.values("utilisateur"))
        .values("utilisateur")
    )


class Vue(models.Model):
    """A work list kept under a name: the address that says its filters, order and columns."""

    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="vues")
    nom = models.CharField("nom de la vue", max_length=60)
    requete = models.CharField(max_length=1500, blank=True)
    est_partage = models.BooleanField("partagée avec le service", default=False)

    objects = Partage.as_manager()

    class Meta:
        ordering = ["nom", "pk"]
        constraints = [models.UniqueConstraint(fields=["par", "nom"], name="une_vue_par_nom")]

    def __str__(self) -> str:
        return self.nom


class ModeleExport(models.Model):
    """The columns of a file, in their order, kept under a name."""

    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="modeles_export")
    nom = models.CharField("nom du modèle", max_length=60)
    colonnes = models.JSONField(default=list)
    est_partage = models.BooleanField("partagé avec le service", default=False)

    objects = Partage.as_manager()

    class Meta:
        ordering = ["nom", "pk"]
        constraints = [models.UniqueConstraint(fields=["par", "nom"], name="un_modele_par_nom")]

    def __str__(self) -> str:
        return self.nom


class FormatExport(models.TextChoices):
    XLSX = "xlsx", "Classeur Excel (XLSX)"
    CSV = "csv", "Texte (CSV)"
    ZIP = "zip", "Lot (ZIP)"
    PDF = "pdf", "Document (PDF)"
    DOCX = "docx", "Document à reprendre (DOCX)"


class GenreExport(models.TextChoices):
    """What the worker makes for somebody."""

    LISTE = "liste", "Liste de dossiers"
    LOT = "lot", "Lot d’un financeur"
    PROCES_VERBAL = "proces-verbal", "Procès-verbal"
    CONTACTS = "contacts", "Contacts des porteurs"
    CAMPAGNE = "campagne", "Campagne en une page"
    MATRICE = "matrice", "Tableau d’un scénario"
    JOURNAL = "journal", "Journal du portail"
    ACTES = "actes", "Journal des dossiers"
    LECTURES = "lectures", "Notes et motifs d’un appel"


SUJETS = {  # how the name of the file begins
    GenreExport.LISTE: "dossiers",
    GenreExport.LOT: "lot",
    GenreExport.PROCES_VERBAL: "proces-verbal",
    GenreExport.CONTACTS: "contacts",
    GenreExport.CAMPAGNE: "campagne",
    GenreExport.MATRICE: "tableau-du-scenario",
    GenreExport.JOURNAL: "journal",
    GenreExport.ACTES: "journal-des-dossiers",
    GenreExport.LECTURES: "lectures",
}
UNITES = {  # what its progress counts, where it is not dossiers
    GenreExport.JOURNAL: "ligne",
    GenreExport.ACTES: "ligne",
    GenreExport.LECTURES: "lecture",
}


class ExportQuerySet(FabricationQuerySet):
    def pour_le_travail(self) -> Self:
        """With what its file is named and made from."""
        return self.select_related(
            "demande_par",
            "partenaire",
            "comite__appel",
            "comite__scenario__appel",
            "scenario__appel",
        )


class Export(Fabrication, Journalise):
    """A file made by the worker for one person: a list, the lot of a funder, minutes.

    Its link ends with it, after `DUREE`.
    """

    ESSAIS_MAX = 3
    DUREE = timedelta(days=2)
    REGARD = Regard(
        omis=(
            *("etabli_le", "essais", "erreur", "fichier", "taille", "faites", "total"),
            *("contenus", "est_du_service"),
        ),
        organisme="partenaire",
    )

    demande_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports"
    )
    demande_le = models.DateTimeField()
    genre = models.CharField(max_length=15, choices=GenreExport.choices, default=GenreExport.LISTE)
    appel = models.ForeignKey(Appel, models.CASCADE, null=True, blank=True, related_name="+")
    partenaire = models.ForeignKey(
        Partenaire, models.CASCADE, null=True, blank=True, related_name="+"
    )
    comite = models.ForeignKey(
        Comite, models.CASCADE, null=True, blank=True, related_name="exports"
    )
    scenario = models.ForeignKey(
        Scenario, models.CASCADE, null=True, blank=True, related_name="exports"
    )
    filtres = models.JSONField(default=dict, blank=True)  # as `listes.Liste` keeps them
    tri = models.CharField(max_length=20, blank=True)
    colonnes = models.JSONField(default=list)
    format = models.CharField("format", max_length=4, choices=FormatExport.choices)
    total = models.PositiveIntegerField(default=0)
    faites = models.PositiveIntegerField(default=0)
    # What is in it, said when it is made: its rights are asked again at each download. None before,
    # and for what was made before this was kept: to ask again.
    contenus = models.JSONField("dossiers qu’il montre", null=True)
    est_du_service = models.BooleanField("fait pour le service", default=False)
    fichier = models.FileField(upload_to="exports/", blank=True)
    taille = models.PositiveBigIntegerField(default=0)  # bytes

    objects: ClassVar = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Export du {a_paris(self.demande_le):%d/%m/%Y}"

    @property
    def expire_le(self) -> datetime:
        """When the file goes away."""
        return self.demande_le + self.DUREE

    @property
    def nom(self) -> str:
        """« dossiers-20261124.xlsx »."""
        sujet = SUJETS[GenreExport(self.genre)]
        return f"{sujet}-{self.demande_le:%Y%m%d}.{self.format}"

    @property
    def unite(self) -> str:
        """« ligne »: what `faites` counts."""
        return UNITES.get(GenreExport(self.genre), "dossier")

    def ranger(self, contenu: File) -> None:
        """Store it under the number of the row: its name is said by `nom`."""
        self.taille = contenu.size
        self.fichier.save(f"{self.pk}.bin", contenu, save=False)
