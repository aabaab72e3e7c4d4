"""Empties the outbox: one mail at a time, under a lease that holds between machines."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from post_office.models import STATUS, Email

from partenaires.models import Bail
from quartiers import horloge

# Longer than the time-out of one mail; a dead worker delays the others no more.
DUREE_DU_BAIL = timedelta(seconds=45)
REPRISES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 240, 720))


def en_attente(instant: datetime) -> QuerySet[Email]:
    """Mails to send now: account and security first, then the oldest."""
    est_du = Q(scheduled_time__isnull=True) | Q(scheduled_time__lte=instant)
    return Email.objects.filter(est_du, status__in=[STATUS.queued, STATUS.requeued]).order_by(
        "-priority", "pk"
    )


def vider(maximum: int = 200) -> int:
    """Send what is due; return how many left. Somebody else at work: return 0 at once."""
    porteur = secrets.token_hex(8)
    partis = 0
    vus: set[int] = set()
    while len(vus) < maximum and _tenir_le_bail(porteur):
        courriel = en_attente(horloge.maintenant()).exclude(pk__in=vus).first()
        if courriel is None:
            break
        vus.add(courriel.pk)
        partis += envoyer(courriel)
    Bail.rendre("courriels", porteur)
    return partis


def _tenir_le_bail(porteur: str) -> bool:
    """Taken, or prolonged before each mail; False when another worker holds it."""
    return Bail.prendre("courriels", porteur, horloge.maintenant(), DUREE_DU_BAIL)


def envoyer(courriel: Email) -> bool:
    """Try once; a refusal is tried again later, then left `failed` for an agent to see."""
    if courriel.dispatch() == STATUS.sent:
        return True
    essais = courriel.logs.filter(status=STATUS.failed).count()
    if essais <= len(REPRISES):
        courriel.status = STATUS.requeued
        courriel.scheduled_time = horloge.maintenant() + REPRISES[essais - 1]
        courriel.save(update_fields=["status", "scheduled_time"])
    return False


def vider_les_corps(instant: datetime) -> int:
    """Words of mails sent before the delay: they hold links and names, and nobody needs them.

    Who was written to, about what and when stays. Gives how many.
    """
    limite = instant - timedelta(days=settings.DELAI_EFFACEMENT)
    return _vider(Email.objects.filter(last_updated__lt=limite))


def vider_les_corps_de(adresse: str) -> int:
    """The same at once for who closed their account: links to a dead account are not kept."""
    return _vider(Email.objects.filter(to=[adresse]))


def _vider(courriels: QuerySet[Email]) -> int:
    partis = courriels.filter(status=STATUS.sent).exclude(message="", html_message="")
    # `update`: the date of the mail stays that of its sending.
    return partis.update(message="", html_message="", context=None, headers=None)


def relancer(courriel: Email) -> None:
    """Put a failed mail back in the queue: an agent asked."""
    courriel.status = STATUS.queued
    courriel.scheduled_time = None
    courriel.save(update_fields=["status", "scheduled_time"])


def en_echec() -> QuerySet[Email]:
    """What an agent must see: mails given up, and those being tried again."""
    return Email.objects.filter(status__in=[STATUS.failed, STATUS.requeued]).order_by("-pk")
