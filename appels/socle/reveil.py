"""Wakes a task by its name after the commit. A dead broker costs a delay, never an error."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from celery import current_app
from django.db import transaction

journal = logging.getLogger(__name__)
muet = False


def apres_commit(nom: str, *arguments: object) -> None:
    """Ask for `nom(*arguments)` once the transaction is safe; beat repairs what gets lost."""
    transaction.on_commit(partial(reveiller, nom, *arguments), robust=True)


def reveiller(nom: str, *arguments: object) -> None:
    """The same at once: what is asked is already safe."""
    if muet:
        return
    try:
        current_app.tasks[nom].apply_async(args=arguments, retry=False)
    except Exception as erreur:  # the broker is away: beat will see the row
        journal.warning("Le réveil de %s attendra le prochain battement : %s", nom, erreur)


@contextmanager
def en_silence() -> Iterator[None]:
    """Wake nobody meanwhile.

    What is written is found by the next look at the database, a little at a time.
    """
    global muet
    muet = True
    try:
        yield
    finally:
        muet = False
