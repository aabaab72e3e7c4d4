from django.db import models

from appels.models.appel import Appel
from appels.models.fabrication import PapierPublic


class Imprime(PapierPublic):
    """The questions of a call as a tagged PDF, for a kind of applicant; made by the worker, then
    offered.
    """

    appel = models.ForeignKey(Appel, models.CASCADE, related_name="imprimes")
    genre = models.CharField(max_length=12)
    fichier = models.FileField(upload_to="imprimes/", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appel", "genre"], name="un_imprime_par_genre")
        ]

    def __str__(self) -> str:
        return f"Questions, {self.appel}, {self.genre}"

    @property
    def nom(self) -> str:
        return f"questions-{self.appel.repere}-{self.genre}.pdf"
