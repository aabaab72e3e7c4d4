"""What is sent is received whole before the clock is read, within a bound of time.

Otherwise the headers alone would be on time: a body held back would hold the deadline open, and a
dozen of them every thread of the server. A proxy that buffers (docker-compose.yml) hides both; the
portal does not depend on it.
"""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Any

from django.conf import settings

Application = Callable[[dict[str, Any], Callable], Iterable[bytes]]

REFUS = "contrat_ville.refus"  # of the environment of a request: the code to answer, without body
ATTENTE = 30  # seconds granted to anybody, however little is sent
DEBIT = 20_000  # bytes a second that a slow line reaches: 2G does
# At once in a process, half of its threads (Dockerfile): those who only read keep the others.
LECTURES = 4
MORCEAU = 64 * 1024
LUS = 128 * 1024 * 1024  # bytes worth a page rather than a cut connection


class Reception:
    """Around the application: gives it a body that is already there, or says why there is none."""

    def __init__(self, application: Application):
        self.application = application
        self.places = threading.Semaphore(LECTURES)

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        annonce = environ.get("CONTENT_LENGTH") or "0"
        taille = int(annonce) if annonce.isdigit() else 0
        if 0 < taille <= LUS:
            self._recevoir(environ, taille)
        return self.application(environ, start_response)

    def _recevoir(self, environ: dict[str, Any], taille: int) -> None:
        """Put the body in the environment, or the code of the refusal."""
        source = environ["wsgi.input"]
        environ["wsgi.input"] = BytesIO()
        if not self.places.acquire(blocking=False):
            environ[REFUS] = 503
            return
        try:
            with borne_par(environ.get("gunicorn.socket"), ATTENTE + taille / DEBIT):
                corps = lire(source, taille)
        finally:
            self.places.release()
        if corps is None:
            environ[REFUS] = 408
        else:
            environ["wsgi.input"] = corps


def lire(source: Any, taille: int) -> BytesIO | None:
    """The whole body; None when the other side stopped before its end.

    What is heavier than a form with its files is read, so that its browser reads our refusal, and
    forgotten: its announced length says it again to the middleware that refuses it.
    """
    est_garde = taille <= settings.ENVOI_MAX
    corps = BytesIO()
    reste = taille
    while reste:
        try:
            morceau = source.read(min(reste, MORCEAU))
        except OSError:
            return None
        if not morceau:
            return None
        reste -= len(morceau)
        if est_garde:
            corps.write(morceau)
    corps.seek(0)
    return corps


@contextmanager
def borne_par(prise: socket.socket | None, secondes: float) -> Iterator[None]:
    """Stop listening to whoever takes longer; the answer can still be written."""
    if prise is None:
        yield
        return
    minuterie = threading.Timer(secondes, _ne_plus_ecouter, args=[prise])
    minuterie.daemon = True
    minuterie.start()
    try:
        yield
    finally:
        minuterie.cancel()


def _ne_plus_ecouter(prise: socket.socket) -> None:
    with suppress(OSError):
        prise.shutdown(socket.SHUT_RD)
