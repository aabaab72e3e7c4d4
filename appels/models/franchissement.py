from django.conf import settings
from django.db import models

from appels.models.dossier import Dossier
from quartiers.models import Journalise, Regard


class Barriere(models.TextChoices):
    """What stands between two stages of the procedure; the head alone lets a dossier past one."""

    RECEVABILITE = "recevabilite", "Recevabilité"
    AVIS = "avis", "Avis des financeurs"
    COMITE = "comite", "Mot du comité"
    NOTIFIE = "notifie", "Décision déjà notifiée"


class Franchissement(Journalise):
    """A written derogation of the head: this dossier passes this barrier, and why.

    Rows are only added: the log and the minutes say them again.
    """

    REGARD = Regard(dossier="dossier")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="franchissements")
    barriere = models.CharField(max_length=12, choices=Barriere.choices)
    motif = models.CharField("motif", max_length=250)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_barriere_display()} : {self.motif}"
