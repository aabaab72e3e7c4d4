import hashlib
from typing import ClassVar, Self

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models

from appels.models.appel import DocumentDemande
from appels.models.dossier import Dossier
from partenaires.socle import chiffrement, quarantaine
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class Conformite(models.TextChoices):
    """What an agent found in a document: the third notion of METIER §1.9."""

    CONFORME = "conforme", "Conforme"
    NON_CONFORME = "non_conforme", "Non conforme"


# What a browser draws by itself, and nothing else: the rest is downloaded
SE_MONTRENT = ("application/pdf", "image/jpeg", "image/png")


class PieceQuerySet(JournaliseQuerySet["Piece"]):
    def presentes(self) -> Self:
        """Not removed, not replaced."""
        return self.filter(retiree_le__isnull=True)


class Piece(Journalise):
    """A file of a dossier: served through rights only, encrypted when it is a bank document."""

    REGARD = Regard(omis=("taille", "mime"), secrets=("nom", "fichier"), dossier="dossier")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="pieces")
    document = models.ForeignKey(DocumentDemande, models.PROTECT, related_name="pieces")
    nom = models.CharField(max_length=120)
    mime = models.CharField(max_length=100)
    taille = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    fichier = models.FileField(upload_to="pieces/")
    est_chiffree = models.BooleanField(default=False)
    ajoutee_le = models.DateTimeField()
    ajoutee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    retiree_le = models.DateTimeField(null=True, blank=True)
    conformite = models.CharField(
        "conformité", max_length=12, choices=Conformite.choices, blank=True
    )
    conformite_motif = models.CharField("ce qui ne va pas", max_length=300, blank=True)
    conformite_le = models.DateTimeField(null=True, blank=True)
    conformite_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    refusee = models.CharField(max_length=200, blank=True)  # what the antivirus found

    # What the antivirus says of it, where a page asks: see `redaction.documents`
    retenue: str

    objects: ClassVar = PieceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.nom

    @property
    def se_montre(self) -> bool:
        """A page may draw it in a frame; bank documents are opened by a logged act only."""
        return self.mime in SE_MONTRENT and not self.est_chiffree and not self.refusee

    @property
    def est_jugee(self) -> bool:
        """An agent said whether it does."""
        return bool(self.conformite)

    def ranger(self, contenu: bytes) -> None:
        """Put the bytes under a name that tells nothing; encrypt bank documents."""
        garde = chiffrement.chiffrer(contenu) if self.est_chiffree else contenu
        self.fichier.save(f"{self.sha256[:16]}.bin", ContentFile(garde), save=False)

    def lire(self) -> bytes:
        """The bytes as they were given.

        Raises `quarantaine.FichierRetenu` until the antivirus found them clean.
        """
        garde = quarantaine.lire_du_disque(self.fichier)
        contenu = chiffrement.dechiffrer(garde) if self.est_chiffree else garde
        quarantaine.exiger(self.sha256, contenu)
        return contenu


class CoordonneesBancaires(Journalise):
    """IBAN and BIC, encrypted.

    Only the last four characters are ever shown without a logged act.
    """

    REGARD = Regard(
        secrets=("titulaire", "iban_chiffre", "bic_chiffre", "fin_iban"), dossier="dossier"
    )

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="coordonnees_bancaires")
    titulaire = models.CharField("titulaire du compte", max_length=150)
    iban_chiffre = models.BinaryField()
    bic_chiffre = models.BinaryField()
    fin_iban = models.CharField(max_length=4)

    def __str__(self) -> str:
        return self.masque

    @property
    def masque(self) -> str:
        """« •••• 0189 »."""
        return f"•••• {self.fin_iban}"

    @property
    def empreinte(self) -> str:
        """What a page showed of them, in one word that tells nothing."""
        return hashlib.sha256(bytes(self.iban_chiffre)).hexdigest()[:16]

    def disent(self, titulaire: str, iban: str, bic: str) -> bool:
        """They are these ones."""
        garde, sien = self.devoiler()
        return (self.titulaire, garde.replace(" ", ""), sien) == (titulaire, iban, bic)

    def poser(self, iban: str, bic: str) -> None:
        self.iban_chiffre = chiffrement.chiffrer(iban.encode())
        self.bic_chiffre = chiffrement.chiffrer(bic.encode())
        self.fin_iban = iban[-4:]

    def devoiler(self) -> tuple[str, str]:
        """(IBAN in groups of four, BIC): only behind a logged act."""
        iban = chiffrement.dechiffrer(bytes(self.iban_chiffre)).decode()
        groupes = " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))
        return groupes, chiffrement.dechiffrer(bytes(self.bic_chiffre)).decode()
