"""The state of a dossier once its funders decide: derived from their decisions, never stored
(METIER §4.2).
"""

from collections.abc import Iterable

from django.db import models

from appels.models import ACCORDS, Decision


class Issue(models.TextChoices):
    """In the order that decides: the first that holds."""

    ATTENDUE = "attendue", "Décisions attendues"
    AJOURNEE = "ajournee", "Ajourné"
    SOUTENU = "soutenu", "Soutenu"
    SANS_SUITE = "sans_suite", "Sans suite"
    REFUSE = "refuse", "Refusé"


def issue(decisions: Iterable[str]) -> Issue | None:
    """One still to come: awaited; else one put off; else one grant; else one without follow-up;
    else refused.

    `decisions`: one a funder of the call that the dossier asks, empty while it is not known. None
    when none is asked.
    """
    toutes = set(decisions)
    if not toutes:
        return None
    if "" in toutes:
        return Issue.ATTENDUE
    if Decision.AJOURNE in toutes:
        return Issue.AJOURNEE
    if toutes & set(ACCORDS):
        return Issue.SOUTENU
    return Issue.SANS_SUITE if Decision.SANS_SUITE in toutes else Issue.REFUSE
