"""What waits for the service: one queue a kind of work, what was promised soonest first (U75)."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q

from partenaires.models import (
    Consultation,
    Contribution,
    EtatParole,
    Moderation,
    Recours,
    Signalement,
)
from partenaires.models.contribution import ContributionQuerySet
from partenaires.models.etats_des_paroles import ECARTEES, PUBLIQUES, REPONDUES

A_REPONDRE = tuple(set(PUBLIQUES) - set(REPONDUES))
A_RELIRE = Q(etat=EtatParole.RECUE)
# Published as it was sent: nobody of the service has acted on it, so nobody has read it.
RELUE = Exists(Moderation.objects.filter(contribution=OuterRef("pk"), par__isnull=False))
A_RELIRE_ENSUITE = Q(~RELUE, etat=EtatParole.PUBLIEE)
ATTENDENT = Q(etat__in=(EtatParole.RECUE, *A_REPONDRE))  # to be read or answered
# What its author took away meanwhile waits for nobody.
CONTESTEE = Q(recours__isnull=False, recours__tranche_le__isnull=True, etat__in=ECARTEES)


class File(models.TextChoices):
    """The kinds of work, in the order in which they are done."""

    A_RELIRE = "a-relire", "À relire"
    A_RELIRE_ENSUITE = "a-relire-ensuite", "À relire après publication"
    A_REPONDRE = "a-repondre", "À répondre"
    RECOURS = "recours", "Recours"
    SIGNALEMENTS = "signalements", "Signalements"
    TOUTES = "toutes", "Toutes"


@dataclass(frozen=True)
class Compte:
    """A queue, how many wait there, how many beyond the day that was promised."""

    file: File
    nombre: int
    en_retard: int


LISENT = ("consultation", "quartier", "axe")


def lignes(file: File, consultation: Consultation | None = None) -> ContributionQuerySet:
    """The contributions of a queue, late first; `promis_le`: the day that was promised."""
    toutes = Contribution.objects.select_related(*LISENT)
    if consultation:
        toutes = toutes.filter(consultation=consultation)
    if file == File.RECOURS:
        return _par_date(toutes.filter(CONTESTEE), F("recours__depose_le"))
    if file == File.SIGNALEMENTS:
        attendus = Signalement.objects.en_attente().values("contribution")
        return _par_date(toutes.filter(pk__in=attendus), F("recue_le"))
    if file == File.A_RELIRE:
        return _par_date(toutes.filter(A_RELIRE), F("a_relire_avant"))
    if file == File.A_RELIRE_ENSUITE:
        return _par_date(toutes.filter(A_RELIRE_ENSUITE), F("a_relire_avant"))
    if file == File.A_REPONDRE:
        attendent = toutes.filter(etat__in=A_REPONDRE)
        return _par_date(attendent, F("reponse_promise_le"))
    return toutes.order_by("-recue_le", "-pk")


def _par_date(paroles: ContributionQuerySet, promis_le: F) -> ContributionQuerySet:
    return paroles.order_by(promis_le.asc(nulls_last=True), "recue_le", "pk")


def comptes(aujourd_hui: date, consultation: Consultation | None = None) -> list[Compte]:
    """Every queue with what waits in it: three queries, however many rows."""
    toutes = Contribution.objects.all()
    de_la_parole = Q()
    if consultation:
        toutes = toutes.filter(consultation=consultation)
        de_la_parole = Q(contribution__consultation=consultation)
    en_retard = Q(a_relire_avant__lt=aujourd_hui)
    a_repondre = Q(etat__in=A_REPONDRE)
    lus = toutes.aggregate(
        toutes=Count("pk"),
        a_relire=Count("pk", filter=A_RELIRE),
        a_relire_tard=Count("pk", filter=A_RELIRE & en_retard),
        ensuite=Count("pk", filter=A_RELIRE_ENSUITE),
        ensuite_tard=Count("pk", filter=A_RELIRE_ENSUITE & en_retard),
        a_repondre=Count("pk", filter=a_repondre),
        a_repondre_tard=Count("pk", filter=a_repondre & Q(reponse_promise_le__lt=aujourd_hui)),
    )
    contestees = Q(contribution__etat__in=ECARTEES)
    recours = Recours.objects.en_attente().filter(de_la_parole & contestees).count()
    signalements = Signalement.objects.en_attente().filter(de_la_parole)
    signales = signalements.values("contribution").distinct().count()
    return [
        Compte(File.A_RELIRE, lus["a_relire"], lus["a_relire_tard"]),
        Compte(File.A_RELIRE_ENSUITE, lus["ensuite"], lus["ensuite_tard"]),
        Compte(File.A_REPONDRE, lus["a_repondre"], lus["a_repondre_tard"]),
        Compte(File.RECOURS, recours, 0),
        Compte(File.SIGNALEMENTS, signales, 0),
        Compte(File.TOUTES, lus["toutes"], 0),
    ]


def suivante(
    file: File, consultation: Consultation | None, sauf: Contribution
) -> Contribution | None:
    """The next one of a queue, once this one is done with."""
    return lignes(file, consultation).exclude(pk=sauf.pk).first()


def promise_le(contribution: Contribution, file: File) -> date | None:
    """The day by which the service said that it would do what waits in this queue; None: it said
    none.
    """
    if contribution.etat == EtatParole.RECUE or file == File.A_RELIRE_ENSUITE:
        return contribution.a_relire_avant
    if contribution.etat in A_REPONDRE:
        return contribution.reponse_promise_le
    return None


def attendent_une_reponse(consultation: Consultation) -> int:
    """How many of its contributions are still to be read or answered, or wait for an appeal."""
    attendues = ATTENDENT | CONTESTEE
    siennes = Contribution.objects.filter(attendues, consultation=consultation)
    return siennes.distinct().count()


def attendent() -> int:
    """Everything that waits for the service, each contribution once, in one query."""
    signalees = Signalement.objects.en_attente().values("contribution")
    attendues = ATTENDENT | CONTESTEE | Q(pk__in=signalees)
    return Contribution.objects.filter(attendues).distinct().count()
