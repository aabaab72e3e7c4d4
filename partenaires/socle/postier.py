"""Empties the outbox: one mail at a time, under a lease that holds between machines."""

import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from post_office.connections import connections
from post_office.models import STATUS, Attachment, Email

from partenaires.models import Bail, Envoi, Expedition
from quartiers import horloge

# Each reply of the server is bounded by EMAIL_TIMEOUT, and a mail as a whole by the first of these.
# To be greeted takes six replies more. The lease outlasts both; a dead sender then delays the
# others no more.
DELAI_D_UN_COURRIEL = timedelta(seconds=60)
ACCUEIL = 6 * timedelta(seconds=settings.EMAIL_TIMEOUT)
DUREE_DU_BAIL = DELAI_D_UN_COURRIEL + ACCUEIL + timedelta(seconds=30)
PAR_CONNEXION = 20  # mails: many servers cut a longer conversation
REPRISES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 240, 720))
INCERTAIN = "Incertain"  # the type of a line of the log of a mail
PHRASE_INCERTAIN = "L’envoi s’est interrompu : ce courriel a pu partir deux fois."


def en_attente(instant: datetime) -> QuerySet[Email]:
    """Mails to send now: account and security first, then the oldest."""
    est_du = Q(scheduled_time__isnull=True) | Q(scheduled_time__lte=instant)
    return Email.objects.filter(est_du, status__in=[STATUS.queued, STATUS.requeued]).order_by(
        "-priority", "pk"
    )


def vider(maximum: int = 200) -> int:
    """Send what is due; return how many left. Somebody else at work: return 0 at once."""
    porteur = secrets.token_hex(8)
    if not _tenir_le_bail(porteur):
        return 0
    partis = 0
    vus: set[int] = set()
    connections.close()  # a conversation of another time may be dead
    try:
        _dire_les_incertains()
        while len(vus) < maximum and _tenir_le_bail(porteur):
            courriel = en_attente(horloge.maintenant()).exclude(pk__in=vus).first()
            if courriel is None:
                break
            vus.add(courriel.pk)
            partis += envoyer(courriel)
            if len(vus) % PAR_CONNEXION == 0:
                connections.close()
    finally:
        connections.close()
        Bail.rendre("courriels", porteur)
    return partis


def _tenir_le_bail(porteur: str) -> bool:
    """Taken, or prolonged before each mail; False when another worker holds it."""
    return Bail.prendre("courriels", porteur, horloge.maintenant(), DUREE_DU_BAIL)


def _dire_les_incertains() -> None:
    """Who holds the lease is alone: what is still being sent was left by a sender that died.

    It is sent again, under the same Message-ID, and the agents read that it may have left twice.
    """
    for expedition in Expedition.objects.select_related("courriel"):
        if expedition.courriel.status != STATUS.sent:
            expedition.courriel.logs.create(
                status=STATUS.failed, message=PHRASE_INCERTAIN, exception_type=INCERTAIN
            )
        expedition.delete()


def envoyer(courriel: Email) -> bool:
    """Try once; a refusal is tried again later, then left `failed` for an agent to see."""
    expedition = Expedition.objects.create(courriel=courriel, prise_le=horloge.maintenant())
    with _borne():
        statut = courriel.dispatch(disconnect_after_delivery=False)
    if statut == STATUS.sent:
        expedition.delete()
        return True
    connections.close()  # what the server answered last may not be what it was asked
    essais = courriel.logs.filter(status=STATUS.failed).count()
    if essais <= len(REPRISES):
        courriel.status = STATUS.requeued
        courriel.scheduled_time = horloge.maintenant() + REPRISES[essais - 1]
        courriel.save(update_fields=["status", "scheduled_time"])
    expedition.delete()
    return False


@contextmanager
def _borne() -> Iterator[None]:
    """Hang up on a server that answers each time just before it is given up."""
    ouvertes = connections.all()
    minuterie = threading.Timer(DELAI_D_UN_COURRIEL.total_seconds(), _raccrocher, args=[ouvertes])
    minuterie.daemon = True
    minuterie.start()
    try:
        yield
    finally:
        minuterie.cancel()


def _raccrocher(ouvertes: Any) -> None:
    """Close the sockets under the conversation: whoever reads them is told at once."""
    for connexion in list(ouvertes):
        prise = getattr(getattr(connexion, "connection", None), "sock", None)
        if prise is not None:
            with suppress(OSError):
                prise.shutdown(socket.SHUT_RDWR)


def vider_les_corps(instant: datetime) -> int:
    """Words and files of mails sent before the delay: they hold links, names, amounts, and nobody
    needs them.

    Who was written to, about what and when stays. Gives how many mails.
    """
    limite = instant - timedelta(days=settings.DELAI_EFFACEMENT)
    return _vider(Email.objects.filter(last_updated__lt=limite))


def oublier(adresse: str, *, sous: str) -> int:
    """The same at once for who closed their account, and their address with them; `sous`: what
    stands in its place. Links to a dead account are not kept.
    """
    vides = _vider(Email.objects.filter(to=[adresse]))
    Email.objects.filter(to=[adresse], status=STATUS.sent).update(to=[sous])
    return vides


def effacer(envois: QuerySet[Envoi]) -> int:
    """Take these mails away, sent or waiting, with the address they are to; gives how many.

    One that is leaving at this instant is left to who sends it.
    """
    partent = Expedition.objects.values("courriel")
    cles = envois.exclude(courriel__in=partent).values_list("courriel", flat=True)
    courriels = Email.objects.filter(pk__in=list(cles))
    nombre = courriels.count()
    courriels.delete()
    return nombre


@transaction.atomic
def _vider(courriels: QuerySet[Email]) -> int:
    partis = courriels.filter(status=STATUS.sent)
    parlent = partis.exclude(message="", html_message="")
    # `update`: the date of the mail stays that of its sending.
    vides = parlent.update(message="", html_message="", context=None, headers=None)
    _oublier_les_jointes(partis)
    return vides


def _oublier_les_jointes(partis: QuerySet[Email]) -> None:
    """The files that no mail which still speaks carries; their bytes once the rows are gone."""
    parlent = Email.objects.exclude(message="", html_message="")
    jointes = Attachment.objects.filter(emails__in=partis).exclude(emails__in=parlent)
    for jointe in jointes.distinct():
        jointe.delete()
        transaction.on_commit(
            partial(jointe.file.storage.delete, str(jointe.file.name)), robust=True
        )


def relancer(courriel: Email) -> None:
    """Put a failed mail back in the queue: an agent asked."""
    courriel.status = STATUS.queued
    courriel.scheduled_time = None
    courriel.save(update_fields=["status", "scheduled_time"])


def en_echec() -> QuerySet[Email]:
    """What an agent must see: mails given up, and those being tried again."""
    return Email.objects.filter(status__in=[STATUS.failed, STATUS.requeued]).order_by("-pk")


def incertains() -> QuerySet[Email]:
    """What an agent must know: mails whose sending was cut, which may have left twice."""
    return Email.objects.filter(logs__exception_type=INCERTAIN).distinct().order_by("-pk")
