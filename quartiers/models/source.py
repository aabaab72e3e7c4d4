from django.db import models


class Source(models.Model):
    """Where a fact comes from: shown beside it."""

    cle = models.SlugField(unique=True)
    libelle = models.CharField(max_length=300)
    url = models.URLField(blank=True, max_length=300)
    date = models.CharField(max_length=20, blank=True)
    licence = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["cle"]

    def __str__(self):
        return self.libelle
