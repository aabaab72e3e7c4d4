"""The demonstration in one process: web server, worker and beat, on 127.0.0.1."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from socketserver import ThreadingMixIn
from typing import Any

from celery.beat import EmbeddedService
from celery.contrib.testing.worker import start_worker
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer

from contrat_ville.celery import app
from contrat_ville.wsgi import application


class Serveur(ThreadingMixIn, WSGIServer):
    """One thread a request."""

    daemon_threads = True
    request_queue_size = 64


class Silencieux(WSGIRequestHandler):
    """Requests are not printed: the terminal keeps its plain lines."""

    def log_message(self, *arguments: Any) -> None:
        pass


def ouvrir(port: int) -> Serveur:
    """A server bound to the port; raises OSError when it is taken."""
    serveur = Serveur(("127.0.0.1", port), Silencieux)
    serveur.set_app(application)
    return serveur


# Seconds that a job under way may take to end: it only protects from hanging for ever.
FIN_DU_TRAVAIL = 600


@contextmanager
def en_marche(serveur: Serveur) -> Iterator[threading.Thread]:
    """The server, a worker and beat run; everything stops at the end."""
    with ExitStack() as pile:
        pile.enter_context(
            start_worker(
                app,
                pool="solo",
                perform_ping_check=False,
                loglevel="ERROR",
                shutdown_timeout=FIN_DU_TRAVAIL,
            )
        )
        battement = EmbeddedService(app, thread=True)
        battement.start()
        pile.callback(battement.stop)
        fil = threading.Thread(target=serveur.serve_forever, daemon=True)
        fil.start()
        pile.callback(serveur.server_close)
        pile.callback(serveur.shutdown)
        yield fil
