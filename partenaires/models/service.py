from django.core.validators import MinValueValidator
from django.db import models

from quartiers.models import Journalise

# Of the public statistics: the usual one, and what it may be
SEUIL, SEUIL_MIN, SEUIL_MAX = 5, 3, 1000


class Licence(models.TextChoices):
    """The licences that an administration may choose for its open data (CRPA D323-2-1)."""

    OUVERTE = "ouverte", "Licence Ouverte / Open Licence version 2.0"
    ODBL = "odbl", "Open Database License (ODbL) version 1.0"


class Service(Journalise):
    """The service that publishes the portal.

    While it is not filled, every page says « Démonstration ».
    """

    nom = models.CharField(
        "service", max_length=150, default="Cohésion Sociale, Communauté Urbaine d’Arras"
    )
    editeur = models.CharField("éditeur du site", max_length=200, blank=True)
    adresse = models.CharField("adresse postale", max_length=250, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    telephone = models.CharField("téléphone", max_length=25, blank=True)
    contact_donnees = models.CharField(
        "contact pour la protection des données", max_length=200, blank=True
    )
    licence = models.CharField(
        "licence des données ouvertes", max_length=8, choices=Licence.choices, blank=True
    )

    # Made of fewer rows, a public statistic would tell of somebody
    seuil_statistiques = models.PositiveSmallIntegerField(
        "nombre de cas en dessous duquel une statistique n’est pas donnée",
        default=SEUIL,
        validators=[MinValueValidator(SEUIL_MIN, "Trois cas au moins : moins dirait qui.")],
    )

    def __str__(self) -> str:
        return self.nom

    @classmethod
    def actuel(cls) -> "Service":
        """The only row, or an empty one not saved."""
        return cls.objects.order_by("pk").first() or cls()

    @classmethod
    def verrouille(cls) -> "Service":
        """The same under its lock: nobody empties it while something that needs it is written."""
        return cls.objects.select_for_update().order_by("pk").first() or cls()

    @property
    def est_une_demonstration(self) -> bool:
        """Until editor, contact and data-protection contact are set (CONCEPTION §1)."""
        contact = self.email or self.telephone or self.adresse
        return not (self.editeur and contact and self.contact_donnees)
