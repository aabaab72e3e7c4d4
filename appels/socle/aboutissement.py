"""The state of a dossier once its funders decide: derived from their decisions, never stored.

METIER §4.2.
"""

from collections.abc import Iterable

from django.db import models

from appels.models import ACCORDS, Decision


class Aboutissement(models.TextChoices):
    """In the order that decides: the first that holds."""

    ATTENDUE = "attendue", "Décisions attendues"
    AJOURNEE = "ajournee", "Ajourné"
    SOUTENU = "soutenu", "Soutenu"
    RENONCE = "renonce", "Renoncé"
    SANS_SUITE = "sans_suite", "Sans suite"
    REFUSE = "refuse", "Refusé"


def aboutissement(decisions: Iterable[str]) -> Aboutissement | None:
    """Awaited while one is to come; else put off, granted, given up by its organisation, without
    follow-up, or refused.

    `decisions`: one a funder of the call that the dossier asks, empty while it is not known. None
    when none is asked.
    """
    toutes = set(decisions)
    if not toutes:
        return None
    if "" in toutes:
        return Aboutissement.ATTENDUE
    if Decision.AJOURNE in toutes:
        return Aboutissement.AJOURNEE
    if toutes & set(ACCORDS):
        return Aboutissement.SOUTENU
    if Decision.RENONCE in toutes:
        return Aboutissement.RENONCE
    if Decision.SANS_SUITE in toutes:
        return Aboutissement.SANS_SUITE
    return Aboutissement.REFUSE
