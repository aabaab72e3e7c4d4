from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models

from appels.models.dossier import Dossier
from partenaires.socle import quarantaine
from quartiers.models import Journalise, Regard


class DemandePapier(Journalise):
    """A request received on paper, entered by an agent: who signed it, and the original scanned."""

    REGARD = Regard(secrets=("signataire", "nom"), dossier="dossier")

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="demande_papier")
    signataire = models.CharField("personne qui a signé le papier", max_length=160)
    scan = models.FileField(upload_to="papier/")
    nom = models.CharField(max_length=120)
    mime = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    saisie_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saisie_le = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.dossier}, sur papier, signé par {self.signataire}"

    def lire(self) -> bytes:
        """The scan as given. Raises `quarantaine.FichierRetenu`."""
        contenu = quarantaine.lire_du_disque(self.scan)
        quarantaine.exiger(self.sha256, contenu)
        return contenu

    def ranger(self, contenu: bytes) -> None:
        """Store the scan; the row is saved by the caller."""
        self.scan.save(f"{self.sha256[:16]}.bin", ContentFile(contenu), save=False)
