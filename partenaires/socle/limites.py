"""Where tries are counted: a table of its own, that only time empties.

A cache forgets what it likes when it is full: whoever filled it lifted the lock of somebody else
(300 rows were enough). Here a row stays until its own end, whatever the others are.
"""

import base64
import pickle
from datetime import datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connection

from quartiers import horloge

SANS_FIN = datetime(9999, 12, 31, tzinfo=horloge.UTC)


class Limites(DatabaseCache):
    """The table of tries, which django-allauth reads and writes as a cache."""

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:
        """Nothing is taken away to make room."""

    def _base_set(
        self, mode: str, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT
    ) -> bool:
        """Write a row in one order, which counts nothing and which two requests cannot cross.

        Django counts the whole table, then reads the row, then writes it. `add` takes the place of
        a row only when it has ended.
        """
        if mode == "touch":
            return bool(super()._base_set(mode, key, value, timeout))  # type: ignore[misc]
        fin = self.get_backend_timeout(timeout)
        echeance = SANS_FIN if fin is None else datetime.fromtimestamp(fin, tz=horloge.UTC)
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]
        ordre = (
            f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s) "  # noqa: S608
            "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, "
            "expires = excluded.expires"
        )
        valeurs = [key, _en_texte(value), _en_base(echeance)]
        if mode == "add":
            ordre += f" WHERE {table}.expires < %s"
            valeurs.append(_en_base(horloge.maintenant()))
        with connection.cursor() as curseur:
            curseur.execute(ordre, valeurs)
            return bool(curseur.rowcount)

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


def _en_texte(valeur: Any) -> str:
    """As Django's cache keeps it, and reads it."""
    return base64.b64encode(pickle.dumps(valeur, pickle.HIGHEST_PROTOCOL)).decode("latin1")


def _en_base(instant: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(instant.replace(microsecond=0))
