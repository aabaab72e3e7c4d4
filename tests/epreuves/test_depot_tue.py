"""O4: a deposit killed at any point is a whole deposit or an untouched draft, and its receipt
leaves after the return.

Short in the suite (one point in several); every point by `python3 manage.py eprouver depot`.
"""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from contrat_ville import services
from tests.attente import BORNE
from tests.epreuves import serveur

LONGUE = os.environ.get("EPREUVE_LONGUE") == "1"
PAS = 1 if LONGUE else 12
pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def terrain(tmp_path_factory):
    """(environment, draft and signatory): one database for both proofs, each try works on a
    copy.
    """
    with services.postgresql() as url:
        env = serveur.environnement(
            url,
            tmp_path_factory.mktemp("depot"),
            MODE="epreuve",
            DJANGO_SETTINGS_MODULE="contrat_ville.settings_test",
        )
        yield env, serveur.preparer(env, "1", "deposer")


def enumerer(terrain: tuple, *, pas: int, mode: str) -> tuple[dict, list[dict]]:
    """(the whole deposit, [what is found after each death])."""
    env, dit = terrain
    cote_a_cote = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.epreuves.arrets", str(depart), str(2 * pas), mode],
            cwd=serveur.RACINE,
            env=env,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for depart in (1, 1 + pas)
    ]
    points = []
    for processus in cote_a_cote:  # both read their order first, then are waited for
        processus.stdin.write(json.dumps(dit))
        processus.stdin.close()
    for processus in cote_a_cote:
        lu = processus.stdout.read()
        assert processus.wait(4 * BORNE) == 0, processus.stderr.read()[-3000:]
        processus.stdout.close()
        processus.stderr.close()
        entier, *siens = [json.loads(ligne) for ligne in lu.splitlines() if ligne.startswith("{")]
        points += siens
    return entier, points


def test_tue_a_chaque_point_c_est_tout_ou_rien(terrain):
    entier, points = enumerer(terrain, pas=PAS, mode="vrai")
    comptes = Counter(point["etat"] for point in points)
    genres = Counter(point["nom"].split()[1] for point in points)
    print(f"O4 : {entier['points']} points, {len(points)} morts, {dict(comptes)} ; {dict(genres)}")
    assert (entier["etat"], entier["points"] >= 30, len(points) >= entier["points"] // PAS) == (
        "dépôt",
        True,
        True,
    )
    assert all(point["tué"] for point in points)
    assert [point for point in points if point["etat"] not in ("brouillon", "dépôt")] == []
    assert min(comptes["brouillon"], comptes["dépôt"]) > 0


def test_temoin_sans_transaction_la_mort_laisse_un_depot_a_moitie(terrain):
    """The sabotaged control: the same deaths without a transaction are found half done."""
    _, points = enumerer(terrain, pas=20, mode="sabote")
    moities = sum(point["etat"] == "à moitié" for point in points)
    print(f"O4, témoin : {moities} dépôts à moitié sur {len(points)}")
    assert moities > 0
