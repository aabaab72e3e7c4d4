from django.core.files.base import ContentFile
from django.db import models

from appels.models.appel import Appel


class ImprimeQuerySet(models.QuerySet):
    def a_faire(self, numero: int):
        """Papers older than the parution `numero`: made again by the worker."""
        return self.exclude(parution=numero).filter(essais__lt=Imprime.ESSAIS_MAX)


class Imprime(models.Model):
    """The questions of a call as a tagged PDF, for a kind of applicant; made by the worker, then
    offered.
    """

    ESSAIS_MAX = 5

    appel = models.ForeignKey(Appel, models.CASCADE, related_name="imprimes")
    genre = models.CharField(max_length=12)
    parution = models.PositiveBigIntegerField(null=True)
    empreinte = models.CharField(max_length=64, blank=True)  # SHA-256 of what was laid out
    fichier = models.FileField(upload_to="imprimes/", blank=True)
    taille = models.PositiveIntegerField(default=0)  # bytes
    etabli_le = models.DateTimeField(null=True)
    essais = models.PositiveSmallIntegerField(default=0)
    erreur = models.CharField(max_length=300, blank=True)

    objects = ImprimeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appel", "genre"], name="un_imprime_par_genre")
        ]

    def __str__(self):
        return f"Questions, {self.appel}, {self.genre}"

    @property
    def nom(self) -> str:
        return f"questions-{self.appel.annee}-{self.genre}.pdf"

    def ranger(self, contenu: bytes) -> None:
        self.taille = len(contenu)
        self.fichier.save(self.nom, ContentFile(contenu), save=False)
