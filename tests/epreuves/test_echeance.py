"""O6 on the whole process: the real server lives in a faked clock, no job runs, and the closing
decides to the second.

`libfaketime` gives the server its time; the browsers only speak HTTP. Long: `python3 manage.py
eprouver echeance`.
"""

import glob
import os
import threading
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from contrat_ville import services
from contrat_ville.verification import Formulaires
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
CLIENTS, FENETRE = (
    (40, 8.0) if LONGUE else (12, 6.0)
)  # browsers let go over seconds around the closing
AVANCE = timedelta(
    seconds=26
)  # the server starts and every browser reads its page, the machine being busy


def faux_temps(instant: datetime) -> dict:
    """The environment of a process whose clock starts at this instant and runs."""
    (bibliotheque,) = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    return {
        "LD_PRELOAD": bibliotheque,
        "FAKETIME": f"@{instant:%Y-%m-%d %H:%M:%S}",
        "TZ": "UTC",
        "FAKETIME_NO_CACHE": "1",
        "NO_FAKE_STAT": "1",
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


def lacher(lance, terrain: dict, decalages: list[float], zero: float) -> None:
    """Each browser reads its page before the closing and deposits at its own second."""

    def deposer(pk: int, decalage: float):
        navigateur = serveur.Navigateur(lance.port, terrain["cookies"])
        champs = formulaire(navigateur, pk)
        time.sleep(max(0.0, zero + decalage - time.monotonic()))
        navigateur.post(f"/dossiers/{pk}/deposer/", champs)

    fils = [
        threading.Thread(target=deposer, args=couple)
        for couple in zip(terrain["dossiers"], decalages, strict=True)
    ]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(60)


@pytest.mark.parametrize("saison", JOUEES)
def test_la_cloture_decide_a_la_seconde_dans_le_vrai_processus(tmp_path, saison):
    cloture = CLOTURES[saison]
    with services.postgresql() as url:
        terrain = serveur.preparer(
            serveur.environnement(url, tmp_path, **faux_temps(cloture - timedelta(hours=1))),
            str(CLIENTS),
            "deposer",
            cloture.isoformat(),
        )
        env = serveur.environnement(url, tmp_path, **faux_temps(cloture - AVANCE))
        depart = time.monotonic()
        with serveur.serveur(env, travailleurs=2) as lance:
            zero = depart + AVANCE.total_seconds()
            decalages = [FENETRE * (rang / (CLIENTS - 1) - 0.5) for rang in range(CLIENTS)]
            lacher(lance, terrain, decalages, zero)
        with psycopg.connect(url) as lien:
            deposes = dict(
                lien.execute("SELECT id, depose_le FROM appels_dossier WHERE depose_le IS NOT NULL")
            )
            (compteur,) = lien.execute("SELECT compteur FROM appels_appel").fetchone()
    recus = sorted((cloture - le).total_seconds() for le in deposes.values())
    print(
        f"O6, {saison} : {len(deposes)} acceptés sur {CLIENTS}, le dernier "
        f"{recus[0] if recus else '-'} s avant la clôture"
    )
    assert all(le < cloture for le in deposes.values())
    assert (len(deposes) == compteur, 0 < len(deposes) < CLIENTS) == (True, True)
    surs = {
        pk for pk, decalage in zip(terrain["dossiers"], decalages, strict=True) if decalage > 1.5
    }
    assert surs & set(deposes) == set()


def test_temoin_l_heure_de_la_machine_accepterait_tout(tmp_path):
    """The sabotaged control: without the faked clock, the same late deposits are all in time."""
    cloture = CLOTURES["hiver"]
    with services.postgresql() as url:
        terrain = serveur.preparer(
            serveur.environnement(url, tmp_path), "2", "deposer", cloture.isoformat()
        )
        with serveur.serveur(serveur.environnement(url, tmp_path), travailleurs=1) as lance:
            lacher(lance, terrain, [0.0, 0.1], time.monotonic())
        with psycopg.connect(url) as lien:
            assert lien.execute(
                "SELECT count(*) FROM appels_dossier WHERE depose_le IS NOT NULL"
            ).fetchone() == (2,)
