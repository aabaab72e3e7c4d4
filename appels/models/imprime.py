from typing import Self

from django.core.files import File
from django.db import models

from appels.models.appel import Appel
from appels.models.fabrication import Fabrication, FabricationQuerySet


class ImprimeQuerySet(FabricationQuerySet):
    def a_faire(self, numero: int) -> Self:
        """Papers older than the parution `numero`: made again by the worker."""
        return self.exclude(parution=numero).filter(essais__lt=Imprime.ESSAIS_MAX)


class Imprime(Fabrication):
    """The questions of a call as a tagged PDF, for a kind of applicant; made by the worker, then
    offered.
    """

    REPERE = "empreinte"

    appel = models.ForeignKey(Appel, models.CASCADE, related_name="imprimes")
    genre = models.CharField(max_length=12)
    parution = models.PositiveBigIntegerField(null=True)
    empreinte = models.CharField(max_length=64, blank=True)  # SHA-256 of what was laid out
    fichier = models.FileField(upload_to="imprimes/", blank=True)
    taille = models.PositiveIntegerField(default=0)  # bytes

    objects = ImprimeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appel", "genre"], name="un_imprime_par_genre")
        ]

    def __str__(self) -> str:
        return f"Questions, {self.appel}, {self.genre}"

    @property
    def nom(self) -> str:
        return f"questions-{self.appel.repere}-{self.genre}.pdf"

    @property
    def est_a_faire(self) -> bool:
        """The paper of before stays offered while the next one is made."""
        return self.essais < self.ESSAIS_MAX

    def ranger(self, contenu: File) -> None:
        """Store it under its own name."""
        self.taille = contenu.size
        self.fichier.save(self.nom, contenu, save=False)
