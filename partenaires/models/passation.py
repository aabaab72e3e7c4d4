from django.conf import settings
from django.db import models

from partenaires.models.partenaire import Partenaire
from quartiers.models import SeulAjout


class ActeOrganisme(models.TextChoices):
    """What changes who holds an organisation."""

    AJOUTER = "ajouter", "Ajouté par le service"
    QUITTER = "quitter", "A quitté l’organisme"
    DEPART = "depart", "Départ constaté par le service"
    CONFIER = "confier", "Administration confiée par le service"
    FERMER = "fermer", "Compte fermé"
    LIMITER = "limiter", "Périmètre changé"


class Passation(SeulAjout):
    """The log of an organisation: who left, to whom the service gave it, why.

    Rows are only added.
    """

    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="passations")
    acte = models.CharField(max_length=10, choices=ActeOrganisme.choices)
    personne = models.CharField(max_length=200)  # as named that day: accounts may close
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()
    motif = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-le", "-pk"]

    def __str__(self) -> str:
        return f"{self.partenaire} : {self.get_acte_display()}"
