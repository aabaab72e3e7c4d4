"""Waiting for what happened, never for a time: no verdict depends on how fast the machine is."""

import time
from collections.abc import Callable

from django.db import connections

BORNE = 300  # seconds: only keeps a run from hanging, far beyond a loaded machine


def jusqu_a(vrai: Callable[[], object], quoi: str) -> None:
    """Come back once `vrai()` holds; `quoi` names what never came."""
    limite = time.monotonic() + BORNE
    while not vrai():
        assert time.monotonic() < limite, f"attendu en vain : {quoi}"
        time.sleep(0.05)


def sessions_en_attente() -> int:
    """How many sessions of this database wait for the lock of another one (PostgreSQL).

    On a connection of its own: the caller may be anywhere in a transaction.
    """
    regard = connections.create_connection("default")
    try:
        with regard.cursor() as curseur:
            curseur.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            return curseur.fetchone()[0]
    finally:
        regard.close()


def un_verrou(combien: int = 1) -> None:
    """Come back once so many sessions stand before a lock: they have read what they had to."""
    jusqu_a(lambda: sessions_en_attente() >= combien, f"{combien} session(s) devant un verrou")
