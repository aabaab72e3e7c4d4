"""A service of the State played by a local server, which answers as documented, or fails."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.attente import BORNE


@contextmanager
def servir(reponse: dict) -> Iterator[dict]:
    """`repondre["geste"]` says how the server answers; `demandes` keeps what it was asked."""
    etat = {"geste": None, "demandes": [], "partis": threading.Event()}

    class Reponse(BaseHTTPRequestHandler):
        def do_GET(self):
            etat["demandes"].append((parse_qs(urlsplit(self.path).query), dict(self.headers)))
            if etat["geste"]:
                etat["geste"](self)
            else:
                envoyer(self, 200, json.dumps(reponse).encode())

        def log_message(self, *arguments):
            """Quiet."""

    class Local(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            """The client left first: that is what is tested."""

    serveur = Local(("127.0.0.1", 0), Reponse)
    serveur.partis = etat["partis"]
    etat["adresse"] = f"http://127.0.0.1:{serveur.server_port}"
    threading.Thread(target=serveur.serve_forever, daemon=True).start()
    yield etat
    serveur.shutdown()
    serveur.server_close()


def envoyer(requete, code, corps=b"", **entetes):
    requete.send_response(code)
    for nom, valeur in entetes.items():
        requete.send_header(nom.replace("_", "-"), valeur)
    requete.send_header("Content-Length", str(len(corps)))
    requete.end_headers()
    requete.wfile.write(corps)


def lent(requete):
    """Says nothing until the client leaves."""
    requete.connection.settimeout(BORNE)
    assert requete.connection.recv(1) == b""
    requete.server.partis.set()


def goutte_a_goutte(requete):
    """A drop from time to time, each soon enough to keep waiting, until the client leaves."""
    requete.send_response(200)
    requete.send_header("Content-Length", "1000000")
    requete.end_headers()
    for _ in range(1_000_000):
        try:
            requete.wfile.write(b" ")
            requete.wfile.flush()
        except OSError:
            requete.server.partis.set()
            raise
        time.sleep(0.05)


def pas_du_http(requete):
    requete.wfile.write(b"NON\r\n\r\n")


def en_morceaux_faux(requete):
    requete.send_response(200)
    requete.send_header("Transfer-Encoding", "chunked")
    requete.end_headers()
    requete.wfile.write(b"5\r\n{}")
    requete.close_connection = True


PANNES = {
    "lent": lent,
    "goutte à goutte": goutte_a_goutte,
    "erreur": lambda requete: envoyer(requete, 503),
    "redirige": lambda requete: envoyer(requete, 302, Location="http://127.0.0.1:9/"),
    "énorme": lambda requete: envoyer(requete, 200, b"x" * 300_000),
    "illisible": lambda requete: envoyer(requete, 200, b"<html>"),
    "vide": lambda requete: envoyer(requete, 200, b"{}"),
    "profond": lambda requete: envoyer(requete, 200, b"[" * 90_000),
    "coupé": lambda requete: requete.connection.close(),
    "pas du HTTP": pas_du_http,
    "en morceaux faux": en_morceaux_faux,
}
SANS_FIN = {"lent", "goutte à goutte"}
