from django.conf import settings
from django.db import models

from appels.models.appel import Appel


class ImportDauphin(models.Model):
    """A file of Dauphin given by an agent: read, shown, then applied; its text is kept as the
    trace.
    """

    appel = models.ForeignKey(Appel, models.CASCADE, related_name="imports_dauphin")
    nom = models.CharField(max_length=120)
    contenu = models.TextField()
    sha256 = models.CharField(max_length=64)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()
    applique_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    applique_le = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-le", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="import_applique_par_quelqu_un",
                condition=models.Q(applique_le__isnull=True, applique_par__isnull=True)
                | models.Q(applique_le__isnull=False, applique_par__isnull=False),
            )
        ]

    def __str__(self):
        return f"{self.nom} ({self.le})"
