from typing import ClassVar

from django.db import models

from quartiers.models import Suivi, SuiviQuerySet


class Page(models.TextChoices):
    """The page that a text belongs to; its value is the name of the page's address."""

    CONTRAT = "contrat", "Le Contrat de Ville"
    CONTACT = "contact", "Contact"
    MENTIONS = "mentions_legales", "Mentions légales"
    DONNEES = "donnees_personnelles", "Données personnelles"
    ACCESSIBILITE = "accessibilite", "Accessibilité"
    ECOCONCEPTION = "ecoconception", "Écoconception"


TEXTES = {  # what only the CUA can write: empty until it does, never invented
    "presentation": (Page.CONTRAT, "Présentation du contrat par la Communauté Urbaine"),
    "horaires": (Page.CONTACT, "Horaires et accueil"),
    "direction": (Page.MENTIONS, "Direction de la publication"),
    "hebergement": (Page.MENTIONS, "Hébergement du site"),
    "reutilisation": (Page.MENTIONS, "Réutilisation des contenus"),
    "responsable": (Page.DONNEES, "Responsable du traitement"),
    "base-legale": (Page.DONNEES, "Base légale des traitements"),
    "durees": (Page.DONNEES, "Durées de conservation"),
    "destinataires": (Page.DONNEES, "Autres destinataires des données"),
    "schema-pluriannuel": (Page.ACCESSIBILITE, "Schéma pluriannuel de mise en accessibilité"),
    "plan-d-action": (Page.ACCESSIBILITE, "Plan d’action de l’année"),
    "strategie": (Page.ECOCONCEPTION, "Stratégie numérique responsable"),
}


class TexteQuerySet(SuiviQuerySet["Texte"]):
    def de(self, page: Page) -> list["Texte"]:
        """The texts of a page, in order, empty ones included."""
        return list(self.filter(page=page))


class Texte(Suivi):
    """A text that the CUA alone may write: legal notice, storage periods, action plan…"""

    cle = models.SlugField(unique=True)
    page = models.CharField(max_length=24, choices=Page.choices)
    titre = models.CharField(max_length=120)
    contenu = models.TextField("texte", blank=True, max_length=20_000)
    position = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar = TexteQuerySet.as_manager()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.titre
