"""Where tries are counted: a table of its own, that only time empties.

A cache forgets what it likes when it is full: whoever filled it lifted the lock of somebody else
(300 rows were enough). Here a row stays until its own end, whatever the others are.
"""

from datetime import datetime
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connection


class Limites(DatabaseCache):
    """The table of tries, which django-allauth reads and writes as a cache."""

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:
        """Nothing is taken away to make room."""

    def effacer_les_echues(self, instant: datetime) -> int:
        """Take away what ended before `instant`; gives how many rows."""
        nom = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]
        fin = connection.ops.adapt_datetimefield_value(instant.replace(microsecond=0))
        with connection.cursor() as curseur:
            curseur.execute(f"DELETE FROM {nom} WHERE expires < %s", [fin])  # noqa: S608
            return curseur.rowcount

    def compter(self, nom: str, fin: datetime) -> int:
        """One more of `nom`, until `fin`; gives how many, this one counted.

        One order to the database: two requests at the same moment are both counted.
        """
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]
        fin_ecrite = connection.ops.adapt_datetimefield_value(fin.replace(microsecond=0))
        ordre = (
            f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, '1', %s) "  # noqa: S608
            "ON CONFLICT (cache_key) DO UPDATE "
            f"SET value = CAST(CAST({table}.value AS integer) + 1 AS text) RETURNING value"
        )
        with connection.cursor() as curseur:
            curseur.execute(ordre, [f"compte:{nom}", fin_ecrite])
            return int(curseur.fetchone()[0])
