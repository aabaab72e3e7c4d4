from typing import Self

from django.db import models
from django.db.models import QuerySet
from post_office.models import Email

from appels.models.dossier import Dossier
from appels.models.dossiers import DossierQuerySet
from partenaires.models import Envoi


class MentionQuerySet(models.QuerySet["Mention"]):
    def hors_de(self, visibles: DossierQuerySet) -> Self:
        """Those of the dossiers that somebody does not read."""
        return self.exclude(dossier__in=visibles.values("pk"))


class Mention(models.Model):
    """A dossier that a mail names: whoever is kept from it reads nothing of the mail."""

    envoi = models.ForeignKey(Envoi, models.CASCADE, related_name="mentions")
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="mentions")

    objects = MentionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["envoi", "dossier"], name="une_mention_par_courriel")
        ]

    def __str__(self) -> str:
        return f"{self.envoi} · {self.dossier}"


def lisibles(courriels: QuerySet[Email], visibles: DossierQuerySet) -> QuerySet[Email]:
    """Among these mails, those that name no other dossier than these."""
    fermees = Mention.objects.hors_de(visibles)
    return courriels.exclude(envoi__in=fermees.values("envoi"))
