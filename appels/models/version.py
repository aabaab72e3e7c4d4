import hashlib
import secrets
from typing import ClassVar

from django.conf import settings
from django.core.files import File
from django.db import models

from appels.models.dossier import Dossier
from appels.models.fabrication import Fabrication, FabricationQuerySet
from quartiers.models import Regard, Suivi

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: it can be read aloud
LONGUEUR_CODE = 20  # 30^20, about 98 bits: guessing is useless


def nouveau_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR_CODE))


class Version(Suivi):
    """The frozen deposit: canonical JSON, whose SHA-256 is the fingerprint of the receipt."""

    REGARD = Regard(omis=("contenu", "personnes"), dossier="dossier")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="versions")
    rang = models.PositiveSmallIntegerField()
    contenu = models.TextField()
    empreinte = models.CharField(max_length=64)
    personnes = models.TextField()
    figee_le = models.DateTimeField()
    figee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["dossier", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "rang"], name="une_version_par_rang")
        ]

    def __str__(self) -> str:
        return f"{self.dossier.numero}, version {self.rang}"


class Attestation(Suivi):
    """What the signatory declared: exact text, its version, when, by whom, in what quality."""

    REGARD = Regard(dossier="version__dossier")

    version = models.ForeignKey(Version, models.PROTECT, related_name="attestations")
    cle = models.CharField(max_length=30)
    texte = models.TextField()
    version_texte = models.CharField(max_length=20)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    qualite = models.CharField(max_length=100)
    le = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "cle"], name="une_attestation_par_version")
        ]

    def __str__(self) -> str:
        return f"{self.cle} ({self.version_texte})"


class Recepisse(Fabrication, Suivi):
    """The receipt of a version: made once by the worker, stored with its own SHA-256."""

    REGARD = Regard(
        omis=("version", "code", "essais", "erreur", "fichier"), dossier="version__dossier"
    )

    version = models.OneToOneField(Version, models.PROTECT, related_name="recepisse")
    code = models.CharField(max_length=LONGUEUR_CODE, unique=True, default=nouveau_code)
    fichier = models.FileField(upload_to="recepisses/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    objects: ClassVar = FabricationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Récépissé de {self.version}"

    @property
    def code_lisible(self) -> str:
        """« ABCD-EFGH-… »: five groups of four."""
        return "-".join(self.code[i : i + 4] for i in range(0, len(self.code), 4))

    @property
    def nom(self) -> str:
        """« CV-2027-0001-recepisse.pdf », with the version when the dossier was corrected."""
        suite = f"-version-{self.version.rang}" if self.version.rang > 1 else ""
        return f"{self.version.dossier.numero}-recepisse{suite}.pdf"

    def lire(self) -> bytes:
        """The PDF as stored."""
        with self.fichier.open("rb") as fichier:
            return fichier.read()

    def ranger(self, contenu: File) -> None:
        """Store it with its own SHA-256."""
        self.sha256 = hashlib.file_digest(contenu, "sha256").hexdigest()
        contenu.seek(0)
        self.fichier.save(f"{self.version_id}.pdf", contenu, save=False)
