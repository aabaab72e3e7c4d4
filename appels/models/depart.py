from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import uuid4

from django.db import models

from appels.models.dossier import Dossier
from quartiers.horloge import a_paris

DUREE = timedelta(days=7)  # how long the link of a draft that nobody signed in for leads somewhere


class DepartQuerySet(models.QuerySet["Depart"]):
    def tenus(self, instant: datetime) -> Self:
        """Those whose link still leads somewhere."""
        return self.filter(garde_le__gt=instant - DUREE)

    def passes(self, instant: datetime) -> Self:
        return self.filter(garde_le__lte=instant - DUREE)


class Depart(models.Model):
    """A draft begun without an account: six answers that wait for their author to sign in.

    The key of its link is known to nobody but the address that it was sent to.
    """

    cle = models.UUIDField(unique=True, default=uuid4)
    adresse = models.EmailField()
    reponses = models.JSONField(default=dict)
    garde_le = models.DateTimeField()
    # Once poured in a dossier
    dossier = models.ForeignKey(Dossier, models.CASCADE, null=True, related_name="+")

    objects: ClassVar = DepartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.adresse}, {a_paris(self.garde_le):%d/%m/%Y}"
