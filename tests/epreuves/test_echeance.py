"""O6 on the whole process: the real server lives in a faked clock, no job runs, and the closing
decides to the second.

`libfaketime` gives the server the time that the test writes; the browsers only speak HTTP. Long:
`python3 manage.py eprouver echeance`.
"""

import glob
import os
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from contrat_ville import services
from contrat_ville.verification import Formulaires
from tests.attente import BORNE
from tests.epreuves import serveur

LONGUE = os.environ.get("EPREUVE_LONGUE") == "1"
pytestmark = pytest.mark.postgresql
CLOTURES = {
    "hiver": datetime(2027, 1, 15, 11, 0, tzinfo=UTC),
    "seconde 2 h 30 du 31 octobre": datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
    "première 2 h 30 du 31 octobre": datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
    "passage à l’été": datetime(2027, 3, 28, 1, 0, tzinfo=UTC),
    "29 février": datetime(2028, 2, 29, 22, 59, tzinfo=UTC),
}
JOUEES = list(CLOTURES) if LONGUE else ["seconde 2 h 30 du 31 octobre"]
# Seconds around the closing, and how many browsers deposit at each of these instants.
DECALAGES = (-3, -1, -0.5, -0.1, -0.001, 0, 0.001, 0.5, 1, 3) if LONGUE else (-3, -0.001, 0, 3)
ENSEMBLE = 4 if LONGUE else 2
UTC_EN_CLAIR = "%Y-%m-%d %H:%M:%S.%f"
BIBLIOTHEQUE = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")), "absente")
FAUSSE_HORLOGE = {
    "LD_PRELOAD": BIBLIOTHEQUE,
    "TZ": "UTC",
    "FAKETIME_NO_CACHE": "1",
    "NO_FAKE_STAT": "1",
}


def en_marche(instant: datetime) -> dict:
    """The environment of a process whose clock starts at this instant and runs."""
    return {**FAUSSE_HORLOGE, "FAKETIME": f"@{instant:%Y-%m-%d %H:%M:%S}"}


class Horloge:
    """The clock of a whole server, that stands still where it is set: what is received « at » an
    instant is received at that instant, however slow the machine.
    """

    def __init__(self, dossier: Path):
        self.fichier = dossier / "heure"

    def regler(self, instant: datetime) -> None:
        suivante = self.fichier.with_suffix(".suivante")
        suivante.write_text(f"{instant:{UTC_EN_CLAIR}}\n")
        suivante.replace(self.fichier)

    def environnement(self) -> dict:
        return {
            **FAUSSE_HORLOGE,
            "FAKETIME_TIMESTAMP_FILE": str(self.fichier),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def formulaire(navigateur, pk: int) -> dict:
    """What a signatory who has read the page would send."""
    corps = navigateur.get(f"/dossiers/{pk}/deposer/")[1]
    champs = next(f for f in Formulaires(corps).formulaires if "lu" in f["champs"])["champs"]
    coches = dict.fromkeys(
        ("pouvoir", "obligations", "exactitude", "engagement_republicain", "versement"), "on"
    )
    return {
        **{nom: valeur for nom, valeur in champs.items() if valeur},
        **coches,
        "qualite": "Présidente",
        "aides_publiques": "moins",
    }


def preparer_les_envois(lance, terrain: dict) -> list[Callable[[], None]]:
    """Each browser reads its page; the gestures that deposit, one a dossier."""

    def preparer(pk: int) -> Callable[[], None]:
        navigateur = serveur.Navigateur(lance.port, terrain["cookies"])
        champs = formulaire(navigateur, pk)
        return lambda: navigateur.post(f"/dossiers/{pk}/deposer/", champs)

    return [preparer(pk) for pk in terrain["dossiers"]]


def ensemble(gestes: list[Callable[[], None]]) -> None:
    """All at once; come back once each has its answer."""
    fils = [threading.Thread(target=geste) for geste in gestes]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()


@pytest.mark.parametrize("saison", JOUEES)
def test_la_cloture_decide_a_la_seconde_dans_le_vrai_processus(tmp_path, saison):
    cloture, horloge = CLOTURES[saison], Horloge(tmp_path)
    with services.postgresql() as url:
        terrain = serveur.preparer(
            serveur.environnement(url, tmp_path, **en_marche(cloture - timedelta(hours=1))),
            str(ENSEMBLE * len(DECALAGES)),
            "deposer",
            cloture.isoformat(),
        )
        horloge.regler(cloture - timedelta(minutes=1))
        env = serveur.environnement(url, tmp_path, **horloge.environnement())
        attendus = {}
        with serveur.serveur(env, module="tests.epreuves.wsgi_regle", travailleurs=2) as lance:
            envois = preparer_les_envois(lance, terrain)
            for rang, decalage in enumerate(DECALAGES):
                instant = cloture + timedelta(seconds=decalage)
                siens = slice(ENSEMBLE * rang, ENSEMBLE * (rang + 1))
                horloge.regler(instant)
                ensemble(envois[siens])
                if instant < cloture:
                    attendus |= dict.fromkeys(terrain["dossiers"][siens], instant)
        with psycopg.connect(url) as lien:
            deposes = dict(
                lien.execute("SELECT id, depose_le FROM appels_dossier WHERE depose_le IS NOT NULL")
            )
            (compteur,) = lien.execute("SELECT dernier_numero FROM appels_numerotation").fetchone()
    print(f"O6, {saison} : {len(deposes)} acceptés sur {len(terrain['dossiers'])}")
    assert set(deposes) == set(attendus)
    assert compteur == len(attendus)
    # libfaketime reads its file as a float: to a microsecond.
    ecarts = [abs(deposes[pk] - instant) for pk, instant in attendus.items()]
    assert max(ecarts) <= timedelta(microseconds=1)


def entetes_seuls(navigateur, chemin: str, corps: bytes) -> socket.socket:
    """A request whose headers were read by the server, which now waits for its body."""
    prise = socket.create_connection(("127.0.0.1", navigateur.port), BORNE)
    jetons = "; ".join(f"{nom}={valeur}" for nom, valeur in navigateur.cookies.items())
    prise.sendall(
        f"POST {chemin} HTTP/1.1\r\nHost: 127.0.0.1:{navigateur.port}\r\nCookie: {jetons}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n"
        f"Content-Length: {len(corps)}\r\nConnection: close\r\n\r\n".encode()
    )
    assert prise.recv(4096).startswith(b"HTTP/1.1 100")
    return prise


def test_des_entetes_a_l_heure_ne_tiennent_pas_la_porte_ouverte(tmp_path):
    """K4: the instant that decides is the one when all was received. One deposit in time, and one
    whose body waited for the closing.
    """
    cloture, horloge = CLOTURES["hiver"], Horloge(tmp_path)
    with services.postgresql() as url:
        terrain = serveur.preparer(
            serveur.environnement(url, tmp_path, **en_marche(cloture - timedelta(hours=1))),
            "2",
            "deposer",
            cloture.isoformat(),
        )
        horloge.regler(cloture - timedelta(minutes=1))
        env = serveur.environnement(url, tmp_path, **horloge.environnement())
        with serveur.serveur(env, module="tests.epreuves.wsgi_regle", travailleurs=1) as lance:
            prises = []
            for pk in terrain["dossiers"]:
                navigateur = serveur.Navigateur(lance.port, terrain["cookies"])
                corps = urlencode(formulaire(navigateur, pk)).encode()
                prises.append((entetes_seuls(navigateur, f"/dossiers/{pk}/deposer/", corps), corps))
            for instant, (prise, corps) in zip(
                (cloture - timedelta(seconds=1), cloture), prises, strict=True
            ):
                horloge.regler(instant)
                prise.sendall(corps)
                while prise.recv(65536):
                    pass
                prise.close()
        with psycopg.connect(url) as lien:
            deposes = lien.execute(
                "SELECT id, depose_le FROM appels_dossier WHERE depose_le IS NOT NULL"
            ).fetchall()
    assert [pk for pk, _ in deposes] == terrain["dossiers"][:1]
    assert abs(deposes[0][1] - (cloture - timedelta(seconds=1))) <= timedelta(microseconds=1)


def test_temoin_l_heure_de_la_machine_accepterait_tout(tmp_path):
    """The sabotaged control: without the faked clock, the same late deposits are all in time."""
    cloture = CLOTURES["hiver"]
    with services.postgresql() as url:
        terrain = serveur.preparer(
            serveur.environnement(url, tmp_path), "2", "deposer", cloture.isoformat()
        )
        with serveur.serveur(serveur.environnement(url, tmp_path), travailleurs=1) as lance:
            ensemble(preparer_les_envois(lance, terrain))
        with psycopg.connect(url) as lien:
            assert lien.execute(
                "SELECT count(*) FROM appels_dossier WHERE depose_le IS NOT NULL"
            ).fetchone() == (2,)
