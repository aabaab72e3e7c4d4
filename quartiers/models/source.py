from django.db import models


class Source(models.Model):
    """Where a fact comes from: shown beside it."""

    cle = models.SlugField(unique=True)
    libelle = models.CharField("d’où vient le chiffre", max_length=300)
    url = models.URLField("adresse de la page", blank=True, max_length=300)
    date = models.CharField("date de publication", max_length=20, blank=True)
    licence = models.CharField("licence", max_length=100, blank=True)

    class Meta:
        ordering = ["cle"]

    def __str__(self) -> str:
        return self.libelle
