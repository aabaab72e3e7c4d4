from typing import ClassVar, Self

from django.core.files.base import ContentFile
from django.db import models
from django.urls import reverse

from quartiers.models.suivi import Suivi, SuiviQuerySet


class Nature(models.TextChoices):
    CONTRAT = "contrat", "Contrat de Ville"
    CARTE = "carte", "Carte ou périmètre"
    REGLEMENT = "reglement", "Règlement ou guide de l’appel à projets"
    BILAN = "bilan", "Bilan ou évaluation"
    AUTRE = "autre", "Autre document"


class DocumentQuerySet(SuiviQuerySet["Document"]):
    def publies(self) -> Self:
        return self.filter(est_publie=True)


class Document(Suivi):
    """A document to download, and its words on a page that everybody can read.

    Without a file it is announced as « à publier par la CUA ».
    """

    cle = models.SlugField("adresse de la page", unique=True, max_length=60)
    nature = models.CharField("nature", max_length=10, choices=Nature.choices, default=Nature.AUTRE)
    titre = models.CharField("titre", max_length=150)
    resume = models.CharField("en une phrase", max_length=300, blank=True)
    texte = models.TextField(
        "le contenu, en texte lisible par toutes et tous", blank=True, max_length=50_000
    )
    date = models.DateField("date du document", null=True, blank=True)
    fichier = models.FileField("fichier", upload_to="documents/", blank=True)
    nom_fichier = models.CharField("nom du fichier", max_length=120, blank=True)
    mime = models.CharField("type du fichier", max_length=100, blank=True)
    taille = models.PositiveIntegerField("taille en octets", default=0)
    est_publie = models.BooleanField("visible du public", default=False)
    position = models.PositiveSmallIntegerField("rang", default=0)

    objects: ClassVar = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["position", "titre"]

    def __str__(self) -> str:
        return self.titre

    def get_absolute_url(self) -> str:
        return reverse("appels:document", args=[self.cle])

    def ranger(self, nom: str, mime: str, contenu: bytes) -> None:
        """Keep the bytes under a new name: the former file stays, a change can be undone."""
        self.nom_fichier = nom
        self.mime = mime
        self.taille = len(contenu)
        self.fichier.save(nom, ContentFile(contenu), save=False)

    @property
    def type_de_fichier(self) -> str:
        """« PDF », « ODT »."""
        return self.nom_fichier.rsplit(".", 1)[-1].upper() if self.nom_fichier else ""
