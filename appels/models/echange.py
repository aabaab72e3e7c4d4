from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models

from appels.models.partie import NomPartie
from partenaires.socle import quarantaine
from quartiers.horloge import a_paris
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class Cote(models.TextChoices):
    """Who speaks."""

    ORGANISME = "organisme", "L’organisme"
    SERVICE = "service", "Le service"


class Message(Journalise):
    """A word between the organisation and the service about a dossier."""

    REGARD = Regard(omis=("cle",), secrets=("texte",), dossier="dossier")

    dossier = models.ForeignKey("appels.Dossier", models.PROTECT, related_name="messages")
    cote = models.CharField(max_length=10, choices=Cote.choices)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()
    # what the question is about, when it was asked from a part
    partie = models.CharField("à propos de", max_length=12, choices=NomPartie.choices, blank=True)
    texte = models.TextField("message", max_length=5000)
    cle = models.UUIDField(unique=True)  # the same sending twice is one message
    # until the other side answers, or says that it need not
    attend_reponse = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_cote_display()}, {a_paris(self.le):%d/%m/%Y}"


class FichierMessage(Journalise):
    """A file sent with a message: served through rights only, once the antivirus has spoken."""

    REGARD = Regard(secrets=("nom",), dossier="message__dossier")

    message = models.ForeignKey(Message, models.PROTECT, related_name="fichiers")
    nom = models.CharField(max_length=120)
    mime = models.CharField(max_length=100)
    taille = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    fichier = models.FileField(upload_to="messages/")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.nom

    def ranger(self, contenu: bytes) -> None:
        """Store the bytes; the row is saved by the caller."""
        self.fichier.save(f"{self.sha256[:16]}.bin", ContentFile(contenu), save=False)

    def lire(self) -> bytes:
        """The bytes as given. Raises `quarantaine.FichierRetenu` until the antivirus found them
        clean.
        """
        contenu = quarantaine.lire_du_disque(self.fichier)
        quarantaine.exiger(self.sha256, contenu)
        return contenu


class Note(Journalise):
    """A word among agents about a dossier; the applicant never sees it on the portal."""

    REGARD = Regard(secrets=("texte",), dossier="dossier")

    dossier = models.ForeignKey("appels.Dossier", models.PROTECT, related_name="notes")
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()
    texte = models.TextField("note", max_length=5000)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.texte[:60]


class SignalQuerySet(JournaliseQuerySet[Any]):
    def leves(self) -> Self:
        """Resolved."""
        return self.filter(leve_le__isnull=False)

    def poses(self) -> Self:
        """Still there: no decision may be taken."""
        return self.filter(leve_le__isnull=True)


class Signal(Journalise):
    """A flag of the service: it stops any decision until it is resolved."""

    REGARD = Regard(dossier="dossier")

    dossier = models.ForeignKey("appels.Dossier", models.PROTECT, related_name="signaux")
    motif = models.CharField("motif", max_length=300)
    pose_le = models.DateTimeField()
    pose_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    leve_le = models.DateTimeField(null=True, blank=True)
    leve_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolution = models.CharField("comment il est résolu", max_length=300, blank=True)

    objects: ClassVar = SignalQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="signal_leve_par_quelqu_un",
                condition=models.Q(leve_le__isnull=True, leve_par__isnull=True, resolution="")
                | (
                    models.Q(leve_le__isnull=False, leve_par__isnull=False)
                    & ~models.Q(resolution="")
                ),
            )
        ]

    def __str__(self) -> str:
        return self.motif
