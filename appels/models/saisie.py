from django.conf import settings
from django.db import models

from appels.models.partie import Partie


class Saisie(models.Model):
    """What a part showed at a version: from it, two people who wrote at once are put together."""

    GARDEES = 40  # by part: a page left open longer than that sees both texts instead

    partie = models.ForeignKey(Partie, models.CASCADE, related_name="saisies")
    version = models.PositiveIntegerField()
    valeurs = models.JSONField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    le = models.DateTimeField()
    # The page that wrote it: the same page, whose answer was lost, is not somebody else.
    chaine = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["partie", "version"], name="une_saisie_par_version")
        ]

    def __str__(self) -> str:
        return f"{self.partie}, saisie {self.version}"
