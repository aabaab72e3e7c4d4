from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models

from partenaires.models.partenaire import Partenaire
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class NatureDeDocument(models.TextChoices):
    """What an organisation gives every year, whatever the call."""

    STATUTS = "statuts", "Statuts"
    COMPTES = "comptes", "Comptes approuvés"
    RIB = "rib", "Relevé d’identité bancaire (RIB)"
    ATTESTATION = "attestation", "Attestation (assurance, cotisations…)"
    AUTRE = "autre", "Autre document"


class DocumentOrganismeQuerySet(JournaliseQuerySet["DocumentOrganisme"]):
    def presents(self) -> Self:
        """Not removed."""
        return self.filter(retire_le__isnull=True)

    def valables(self, jour: date) -> Self:
        """Present, and not past their day."""
        return self.presents().filter(
            models.Q(expire_le__isnull=True) | models.Q(expire_le__gte=jour)
        )


class DocumentOrganisme(Journalise):
    """A document kept once by its organisation, and joined where it is asked.

    What is joined is a row of the dossier, which keeps its file: removing it here takes nothing
    away there. Bank documents are encrypted, and open from a dossier only.
    """

    REGARD = Regard(omis=("taille", "mime"), secrets=("nom", "fichier"), organisme="partenaire")

    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="documents")
    nature = models.CharField("nature", max_length=12, choices=NatureDeDocument.choices)
    date = models.DateField("date du document", null=True, blank=True)
    expire_le = models.DateField("valable jusqu’au", null=True, blank=True)
    nom = models.CharField(max_length=120)
    mime = models.CharField(max_length=100)
    taille = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    fichier = models.FileField(upload_to="organismes/", blank=True)
    ajoute_le = models.DateTimeField()
    ajoute_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    retire_le = models.DateTimeField(null=True, blank=True)

    # What the antivirus says of it, and whether its day is past, where a page asks
    retenu: str
    est_perime: bool

    objects: ClassVar = DocumentOrganismeQuerySet.as_manager()

    class Meta:
        ordering = ["nature", "-ajoute_le", "-pk"]

    def __str__(self) -> str:
        return self.nom

    @property
    def est_bancaire(self) -> bool:
        return self.nature == NatureDeDocument.RIB

    def ranger(self, contenu: bytes) -> None:
        """Put the bytes under a name that tells nothing; the row is saved by the caller."""
        self.fichier.save(f"{self.sha256[:16]}.bin", ContentFile(contenu), save=False)
