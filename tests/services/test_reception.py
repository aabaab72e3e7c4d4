"""Slow bodies: received before anything is decided, bounded, and they take nobody's place."""

import select
import socket
from io import BytesIO
from pathlib import Path

import pytest

from contrat_ville import reception
from contrat_ville.middleware import EnvoisMalRecus
from tests.attente import BORNE
from tests.epreuves import serveur

CORPS = b"texte=Bonjour"


class Source:
    """What a connection gives: its pieces, then silence, or a cut."""

    def __init__(self, *morceaux, coupe=False):
        self.morceaux = list(morceaux)
        self.coupe = coupe

    def read(self, taille: int) -> bytes:
        if self.morceaux:
            return self.morceaux.pop(0)[:taille]
        if self.coupe:
            raise ConnectionResetError
        return b""


def recu(source, taille: int, places: int = 1) -> tuple[int | None, bytes]:
    """(the refusal, the body) that the application finds."""
    vus = []

    def application(environ, start_response):
        vus.append((environ.get(reception.REFUS), environ["wsgi.input"].read()))
        return []

    portier = reception.Reception(application)
    for _ in range(reception.LECTURES - places):
        portier.places.acquire()
    portier({"CONTENT_LENGTH": str(taille), "wsgi.input": source}, lambda *_: None)
    return vus[0]


@pytest.mark.parametrize(
    ("source", "taille", "attendu"),
    [
        (Source(b"ab", b"cd"), 4, (None, b"abcd")),
        (Source(b"ab"), 4, (408, b"")),
        (Source(b"ab", coupe=True), 4, (408, b"")),
        (BytesIO(b"abcdef"), 4, (None, b"abcd")),
    ],
)
def test_tout_est_recu_ou_rien(source, taille, attendu):
    assert recu(source, taille) == attendu


def test_quand_toutes_les_places_sont_prises_on_le_dit_sans_lire():
    source = BytesIO(b"abcd")
    assert (recu(source, 4, places=0), source.read()) == ((503, b""), b"abcd")


def test_ce_qui_depasse_la_borne_de_temps_n_est_plus_ecoute(monkeypatch):
    """A real pair of sockets: the other side says nothing, for ever."""
    monkeypatch.setattr(reception, "ATTENTE", 0.2)
    ici, ailleurs = socket.socketpair()
    with ici, ailleurs, ici.makefile("rb", buffering=0) as source:
        vus = []
        portier = reception.Reception(lambda environ, _: vus.append(environ[reception.REFUS]) or [])
        environ = {"CONTENT_LENGTH": "4", "wsgi.input": source, "gunicorn.socket": ici}
        portier(environ, lambda *_: None)
        ici.sendall(b"408")  # the answer can still be written
        assert (vus, ailleurs.recv(3)) == ([408], b"408")


@pytest.mark.parametrize("code", sorted(EnvoisMalRecus.PHRASES))
def test_un_refus_a_sa_page(rf, code):
    requete = rf.post("/dossiers/1/echanges/", {"texte": "x"}, **{reception.REFUS: code})
    reponse = EnvoisMalRecus(lambda requete: None)(requete)
    titre, phrase = EnvoisMalRecus.PHRASES[code]
    page = reponse.content.decode()
    assert (reponse.status_code, f"<h1>{titre}</h1>" in page, phrase in page) == (code, True, True)


def test_la_moitie_des_fils_restent_a_qui_ne_fait_que_lire():
    lignes = (Path(__file__).parents[2] / "Dockerfile").read_text(encoding="utf-8")
    assert f'"--threads", "{2 * reception.LECTURES}"' in lignes


@pytest.mark.services
def test_douze_corps_lents_ne_prennent_la_place_de_personne(tmp_path):
    """The server of the Dockerfile, one process, no proxy: four are listened to, eight are told.

    « Continue » is said before a place is taken: whichever of the twelve were listened to, in the
    order of the threads, they are four, and the others have their answer.
    """
    env = serveur.environnement(f"sqlite:///{tmp_path / 'base.sqlite3'}", tmp_path)
    prises, refuses = [], {}
    with serveur.serveur(env, travailleurs=1, fils=2 * reception.LECTURES) as lance:
        for _ in range(12):
            prise = socket.create_connection(("127.0.0.1", lance.port), BORNE)
            prise.sendall(
                b"POST /contact/ecrire/ HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n"
                b"Content-Length: 1000\r\nConnection: close\r\n\r\n"
            )
            prises.append(prise)
            assert prise.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        while len(refuses) < 12 - reception.LECTURES:
            attendus = [prise for prise in prises if prise not in refuses]
            repondus, _, _ = select.select(attendus, [], [], BORNE)
            assert repondus, "qui n’est pas écouté devrait avoir sa réponse"
            refuses |= {prise: prise.recv(64) for prise in repondus}
        assert [dit for dit in refuses.values() if b" 503 " not in dit] == []
        assert serveur.Navigateur(lance.port, {}).get("/sante/vivant")[0] == 200
        assert len(refuses) == 12 - reception.LECTURES
        for prise in prises:
            prise.close()
