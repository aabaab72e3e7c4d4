from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from post_office.models import Email


class Envoi(models.Model):
    """A mail written for an act: unique per (act, recipient), so that no act writes twice."""

    acte = models.CharField(max_length=120)
    destinataire = models.EmailField()
    courriel = models.OneToOneField(Email, models.CASCADE, related_name="envoi")
    ecrit_le = models.DateTimeField()

    class Meta:
        ordering = ["-ecrit_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["acte", "destinataire"], name="un_courriel_par_acte_et_personne"
            )
        ]

    def __str__(self) -> str:
        return f"{self.acte} → {self.destinataire}"


class Expedition(models.Model):
    """A mail being sent right now: what is found here later was left by a sender that died."""

    courriel = models.OneToOneField(Email, models.CASCADE, related_name="expedition")
    prise_le = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.courriel)


class LigneResume(models.Model):
    """A message that is not urgent, kept for the daily summary of somebody."""

    acte = models.CharField(max_length=120)
    destinataire = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notes")
    objet = models.CharField(max_length=300)
    corps = models.TextField()
    ecrite_le = models.DateTimeField()
    resumee_le = models.DateTimeField(null=True)
    # The key of the dossier that it tells of: forgotten with the right to read it
    dossier = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["ecrite_le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["acte", "destinataire"], name="une_note_par_acte_et_personne"
            )
        ]

    def __str__(self) -> str:
        return self.objet


class Bail(models.Model):
    """A lock with a term that holds between machines: whoever holds it works, the others leave."""

    nom = models.CharField(max_length=40, unique=True)
    porteur = models.CharField(max_length=40, blank=True)
    jusqu_a = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.nom

    @classmethod
    def prendre(cls, nom: str, porteur: str, instant: datetime, duree: timedelta) -> bool:
        """Take or prolong the lock in one UPDATE; False when another one holds it."""
        cls.objects.get_or_create(nom=nom)
        libre = (
            models.Q(jusqu_a__isnull=True)
            | models.Q(jusqu_a__lte=instant)
            | models.Q(porteur=porteur)
        )
        return bool(
            cls.objects.filter(libre, nom=nom).update(porteur=porteur, jusqu_a=instant + duree)
        )

    @classmethod
    def retenir(cls, nom: str) -> None:
        """Wait one's turn until the end of the transaction; the term plays no part."""
        cls.objects.get_or_create(nom=nom)
        cls.objects.select_for_update().get(nom=nom)

    @classmethod
    def rendre(cls, nom: str, porteur: str) -> None:
        cls.objects.filter(nom=nom, porteur=porteur).update(porteur="", jusqu_a=None)
