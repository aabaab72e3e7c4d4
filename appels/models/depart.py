from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import uuid4

from django.db import models

from appels.models.appel import Appel
from appels.models.dossier import Dossier
from partenaires.models import Appartenance
from quartiers.horloge import a_paris

DUREE = timedelta(days=7)  # how long the link of a draft that nobody signed in for leads somewhere
# And of one whose author came and waits for an organisation: agreed late, the draft is still there
DUREE_EN_ATTENTE = timedelta(days=60)


class DepartQuerySet(models.QuerySet["Depart"]):
    def tenus(self, instant: datetime) -> Self:
        """Those whose link still leads somewhere."""
        return self.filter(_tient(instant))

    def passes(self, instant: datetime) -> Self:
        return self.exclude(_tient(instant))

    def autres_que(self, depart: "Depart", instant: datetime) -> Self:
        """Those of the same address, from another device; the last kept first.

        The same answers sent once more are the same draft, until they went to a dossier.
        """
        siens = self.tenus(instant).filter(adresse=depart.adresse).exclude(pk=depart.pk)
        siens = siens.exclude(dossier=None, reponses=depart.reponses)
        return siens.select_related("dossier").order_by("-garde_le", "-pk")

    def a_verser_par(self, adresse: str, instant: datetime) -> Self:
        """Those that wait for the person of this address to say where they go."""
        return self.tenus(instant).filter(adresse=adresse.lower(), dossier__isnull=True)


def _tient(instant: datetime) -> models.Q:
    """Recent, or of somebody who asked for an organisation and was not refused."""
    siennes = Appartenance.objects.filter(
        utilisateur__email__iexact=models.OuterRef("adresse"),
        utilisateur__is_active=True,
        terminee_le__isnull=True,
    )
    attendues = siennes.filter(
        models.Q(acceptee_le__isnull=True) | models.Q(acceptee_le__gt=models.OuterRef("garde_le"))
    )
    return models.Q(garde_le__gt=instant - DUREE) | models.Q(
        models.Exists(attendues),
        garde_le__gt=instant - DUREE_EN_ATTENTE,
        dossier__isnull=True,
    )


class Depart(models.Model):
    """A draft begun without an account: six answers that wait for their author to sign in.

    `reponses` also holds what was answered on the page of eligibility, under « eligibilite ».

    The key of its link is known to nobody but the address that it was sent to.
    """

    cle = models.UUIDField(unique=True, default=uuid4)
    adresse = models.EmailField()
    reponses = models.JSONField(default=dict)
    garde_le = models.DateTimeField()
    # The one that the answers were written for; asked again once it is shut
    appel = models.ForeignKey(Appel, models.SET_NULL, null=True, related_name="+")
    # Once poured in a dossier
    dossier = models.ForeignKey(Dossier, models.CASCADE, null=True, related_name="+")

    objects: ClassVar = DepartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.adresse}, {a_paris(self.garde_le):%d/%m/%Y}"
