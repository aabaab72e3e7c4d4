"""A browser signed in: Django's session, which says whose it is and when its person last acted.

The row that every page reads anyway: to list sessions, to end one, to close it after a time without
an act costs no query more. `SESSION_ENGINE` names this module.
"""

import hashlib
from datetime import datetime
from typing import Any, ClassVar, Optional, cast

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore as StoreDeDjango
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.crypto import constant_time_compare

from partenaires.models.utilisateur import Utilisateur
from quartiers import horloge

LONGUEUR_MIN = 8
CARACTERES = set(VALID_KEY_CHARS)
APPAREIL = "appareil"  # of the data: what the browser said of itself when it signed in


class SessionsOuvertes(models.QuerySet["SessionOuverte"]):
    def vivantes(self, instant: datetime) -> "SessionsOuvertes":
        """Those still signed in at `instant`."""
        return self.filter(expire_date__gt=instant, utilisateur__isnull=False)

    def fermer(self) -> int:
        """End these sessions: their browser signs in again at its next page; gives how many."""
        return self.delete()[0]

    def effacer_les_mortes(self, instant: datetime) -> int:
        return self.filter(expire_date__lte=instant).delete()[0]


class Sessions(BaseSessionManager):
    """A session is read with its person: every page asks who it is."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("utilisateur")


class SessionOuverte(AbstractBaseSession):
    """A row a browser; without a person, it only holds a message or a step of sign-in."""

    utilisateur = models.ForeignKey(
        Utilisateur, models.CASCADE, null=True, related_name="sessions_ouvertes"
    )
    appareil = models.CharField(max_length=60, blank=True)
    commencee_le = models.DateTimeField()
    vue_le = models.DateTimeField()  # the last act of the person, to the minute
    objects: ClassVar = Sessions.from_queryset(SessionsOuvertes)()

    class Meta:
        ordering = ["-vue_le"]

    def __str__(self) -> str:
        return f"{self.appareil or 'Navigateur inconnu'}, {self.utilisateur}"

    @property
    def repere(self) -> str:
        """What names it in a page: the key itself would open it."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:16]

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        return SessionStore


class SessionStore(StoreDeDjango):
    """Django's sessions in our table."""

    rangee: Optional["SessionOuverte"] = None  # the row as it was read

    def _validate_session_key(self, key: str | None) -> bool:
        """A cookie that we did not write is no session: the database is not asked about it."""
        lue = key or ""
        return len(lue) >= LONGUEUR_MIN and set(lue) <= CARACTERES

    @classmethod
    def get_model_class(cls) -> type[SessionOuverte]:
        return SessionOuverte

    def _get_session_from_db(self) -> Optional["SessionOuverte"]:
        self.rangee = super()._get_session_from_db()  # type: ignore[misc]
        return self.rangee

    @property
    def personne(self) -> Utilisateur | None:
        """The person read with the session, when Django would recognise them by it: the same row,
        still open, by a way of ours, the password not changed since. None is no answer: ask Django.
        """
        qui, chemin = self.get(SESSION_KEY), self.get(BACKEND_SESSION_KEY)
        personne = self.rangee.utilisateur if self.rangee else None
        if personne is None or not personne.is_active or str(personne.pk) != qui:
            return None
        connue = constant_time_compare(
            self.get(HASH_SESSION_KEY, ""), personne.get_session_auth_hash()
        )
        return personne if connue and chemin in settings.AUTHENTICATION_BACKENDS else None

    def create_model_instance(self, data: dict[str, Any]) -> SessionOuverte:
        """The row to write: of the same person, it began when it began."""
        rangee = cast(SessionOuverte, super().create_model_instance(data))
        rangee.utilisateur_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        rangee.appareil = data.get(APPAREIL, "")
        rangee.commencee_le = rangee.vue_le = horloge.maintenant()
        lue = self.rangee
        if lue and lue.utilisateur_id == rangee.utilisateur_id:
            rangee.commencee_le = lue.commencee_le
            rangee.vue_le = lue.vue_le
        return rangee
