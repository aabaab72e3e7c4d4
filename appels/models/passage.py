from django.conf import settings
from django.db import models

from appels.etats import Etat, Transition
from appels.models.dossier import Dossier
from partenaires import droits


class Acte(models.TextChoices):
    """Acts that are logged without changing the state."""

    CREER = "creer", "Brouillon créé"
    PROLONGER = "prolonger", "Délai particulier accordé"
    OUVRIR = "ouvrir", "Brouillon ouvert au service"
    REFERMER = "refermer", "Brouillon refermé au service"
    LIRE = "lire", "Brouillon lu par le service"
    REFUSER_PIECE = "refuser_piece", "Pièce refusée par l’antivirus"
    CORRIGER = "corriger", "Correction commencée"
    DECIDER = "decider", "Décision d’un financeur saisie"
    DAUPHIN = "dauphin", "Dépôt sur Dauphin déclaré"
    CONSULTER_RIB = "consulter_rib", "Coordonnées bancaires ouvertes"


class PassageQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """The history that a person may read: what funders decide is for the service until it is released."""
        return self if droits.est_agent(utilisateur) else self.exclude(acte=Acte.DECIDER)


class Passage(models.Model):
    """The log: who did what on a dossier, and when. Rows are only added."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="passages")
    acte = models.CharField(max_length=20, choices=[*Transition.choices, *Acte.choices])
    de = models.CharField(max_length=12, choices=Etat.choices, blank=True)
    vers = models.CharField(max_length=12, choices=Etat.choices, blank=True)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()
    motif = models.CharField(max_length=300, blank=True)

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_acte_display()} ({self.dossier_id})"
