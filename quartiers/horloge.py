"""The only door to the clock. Requests read it once (`request.recu_le`); jobs call `maintenant`."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


class InstantImpossible(ValueError):
    """The wall-clock time exists twice or not at all in Paris (a change of hour)."""


def maintenant() -> datetime:
    """The current instant, aware, in UTC."""
    return datetime.now(UTC)


def a_paris(instant: datetime) -> datetime:
    """The same instant on a Paris clock."""
    return instant.astimezone(PARIS)


def depuis_paris(mur: datetime) -> datetime:
    """The instant of a naive Paris wall-clock time.

    Raises `InstantImpossible` at a change of hour.
    """
    premier = mur.replace(tzinfo=PARIS, fold=0)
    second = mur.replace(tzinfo=PARIS, fold=1)
    if premier.utcoffset() != second.utcoffset():
        raise InstantImpossible(mur)
    return premier.astimezone(UTC)
