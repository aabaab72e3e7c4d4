from django.conf import settings
from django.db import models

from appels.models.appel import Appel
from quartiers.contraintes import ensemble
from quartiers.models import Journalise, Regard


class ImportDauphin(Journalise):
    """A file of Dauphin given by an agent: read, shown, then applied; its text is the trace."""

    REGARD = Regard(omis=("contenu",), secrets=("nom",))

    appel = models.ForeignKey(Appel, models.CASCADE, related_name="imports_dauphin")
    nom = models.CharField(max_length=120)
    contenu = models.TextField()
    colonnes = models.JSONField(default=dict)  # {simple header: sense} as agents said
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
            ensemble("import_applique_par_quelqu_un", "applique_le", "applique_par"),
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({self.le})"
