from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from appels.models.fabrication import PapierPublic, PapierPublicQuerySet
from partenaires.models import Consultation, Contribution


class SyntheseQuerySet(PapierPublicQuerySet):
    def offertes(self) -> Self:
        """Made, and saying nothing that has left the public since: the others are made again."""
        return self._avec_la_sortie().filter(A_JOUR, etabli_le__isnull=False)

    def perimees(self) -> Self:
        """Made, and saying something that nobody reads any more."""
        return self._avec_la_sortie().filter(~A_JOUR, etabli_le__isnull=False)

    def _avec_la_sortie(self) -> Self:
        """`sortie`: the parution from which something of the consultation is read no more."""
        siennes = Contribution.objects.filter(consultation=OuterRef("consultation")).order_by()
        derniere = siennes.values("consultation").annotate(n=Max("parution_de_sortie")).values("n")
        return self.annotate(sortie=Coalesce(Subquery(derniere), 0))


A_JOUR = Q(parution__gte=F("sortie"))


class Synthese(PapierPublic):
    """The synthesis of a consultation as a tagged PDF; made by the worker, then offered."""

    consultation = models.OneToOneField(Consultation, models.CASCADE, related_name="synthese")
    fichier = models.FileField(upload_to="syntheses/", blank=True)

    objects: ClassVar = SyntheseQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Bilan, {self.consultation}"

    @property
    def nom(self) -> str:
        return f"bilan-{self.consultation.adresse}.pdf"

    def oter(self) -> None:
        """As if it had never been made; the caller saves, then deletes the bytes."""
        self.redemander()
        self.fichier = ""
        self.empreinte = ""
        self.taille = 0
        self.parution = None
