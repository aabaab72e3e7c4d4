"""The queues of the work list: whose turn it is, from what is kept of each dossier (`Condense`).

Each deposited dossier stands in one queue, and only one: their counts add up to the whole list.
« Réponses reçues » is read inside « À vous d’agir ».
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import models

from appels.models import Cote, Message, Passage
from appels.socle import condenses
from appels.socle.apports import Place
from appels.socle.stades import ATTENTES, Attente, Stade

CE_DOSSIER = models.OuterRef("pk")
REPONSES = "reponses"
DATES_DU_TOUR = ("message_le", "question_le", "etat_depuis")  # columns: since when


class File(models.TextChoices):
    """Whose turn it is, in the order of the tabs."""

    A_VOUS = "a-vous", "À vous d’agir"
    PORTEUR = "porteur", "Chez le porteur"
    AVIS = "avis", "Avis attendus"
    PRETS = "prets", "Prêts pour le comité"
    VUS = "vus", "Vus en comité"
    TERMINES = "termines", "Terminés"


# What an address may ask, in the order of the tabs.
CHOIX = [
    (File.A_VOUS.value, str(File.A_VOUS.label)),
    (REPONSES, "Réponses reçues"),
    *[(une.value, str(une.label)) for une in File if une != File.A_VOUS],
]
DE_L_ATTENTE = {
    Attente.SERVICE: File.A_VOUS,
    Attente.ORGANISME: File.PORTEUR,
    Attente.FINANCEURS: File.PRETS,
    Attente.PERSONNE: File.TERMINES,
}


def reponses_recues() -> models.Q:
    """What the organisation sent and that waits to be read: documents brought, or a message."""
    return models.Q(condense__reponse=True) | models.Q(condense__message=True)


def message_de(cote: Cote) -> models.QuerySet[Message]:
    """What this side wrote about a dossier and waits for an answer, the oldest first."""
    return Message.objects.filter(dossier=CE_DOSSIER, cote=cote, attend_reponse=True).order_by("le")


def dernier_passage() -> models.QuerySet[Passage]:
    """What changed the state of a dossier, the last first."""
    return Passage.objects.filter(dossier=CE_DOSSIER).exclude(vers="").order_by("-pk")


def _conditions(instant: datetime) -> Iterator[tuple[models.Q, File]]:
    """(when, which queue), the first that holds wins.

    A message comes first. While a question of the service waits for its answer, a dossier to
    examine is with its organisation; one that is with the funders waits for the decision once a
    meeting saw it, and is not ready before while an opinion is missing.
    """
    yield models.Q(condense__message=True), File.A_VOUS
    yield models.Q(condense__stade=Stade.A_EXAMINER, condense__question=True), File.PORTEUR
    yield models.Q(condense__stade=Stade.FINANCEURS, condense__vu=True), File.VUS
    yield models.Q(condense__stade=Stade.FINANCEURS, condense__avis_manquants__gt=0), File.AVIS
    yield (
        models.Q(condense__stade=Stade.A_COMPLETER, condense__avant_le__lte=instant),
        DE_L_ATTENTE[ATTENTES[Stade.DELAI_PASSE]],
    )
    for qui, ensuite in DE_L_ATTENTE.items():
        stades = [ou.value for ou, attendu in ATTENTES.items() if attendu == qui]
        yield models.Q(condense__stade__in=stades), ensuite


def file(instant: datetime) -> models.Case:
    """The queue of a dossier."""
    cas = (
        models.When(quand, then=models.Value(laquelle.value))
        for quand, laquelle in _conditions(instant)
    )
    return models.Case(*cas, output_field=models.CharField())


def de_la_place(place: Place, ou: Stade) -> File:
    """The queue of what is counted there; `ou`: the stage that the place means now."""
    if place.message:
        return File.A_VOUS
    if ou == Stade.A_EXAMINER and place.question:
        return File.PORTEUR
    if ou == Stade.FINANCEURS and place.vu:
        return File.VUS
    if ou == Stade.FINANCEURS and place.avis_manquants:
        return File.AVIS
    return DE_L_ATTENTE[ATTENTES[ou]]


def de_la_file(laquelle: str, instant: datetime) -> models.Q:
    """Those of a queue, as ranges of the index of queues."""
    if laquelle == REPONSES:
        return reponses_recues()
    message = models.Q(condense__message=True)
    question = models.Q(condense__stade=Stade.A_EXAMINER, condense__question=True)
    if laquelle == File.A_VOUS:
        return message | (condenses.qui_attendent(Attente.SERVICE, instant) & ~question)
    if laquelle == File.PORTEUR:
        chez_lui = condenses.qui_attendent(Attente.ORGANISME, instant) | question
        return ~message & chez_lui
    if laquelle == File.TERMINES:
        return ~message & condenses.qui_attendent(Attente.PERSONNE, instant)
    chez_eux = ~message & condenses.a_ce_stade(Stade.FINANCEURS, instant)
    if laquelle == File.VUS:
        return chez_eux & models.Q(condense__vu=True)
    chez_eux &= models.Q(condense__vu=False)
    manque = models.Q(condense__avis_manquants__gt=0)
    return chez_eux & (manque if laquelle == File.AVIS else ~manque)
