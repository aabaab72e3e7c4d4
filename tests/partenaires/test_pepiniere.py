"""Warm parents: a child a job, nothing kept from one to the next, and back after a death."""

import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from partenaires.socle import pepiniere as serre
from tests.attente import BORNE, jusqu_a


@pytest.fixture
def pepiniere():
    neuve = serre.Pepiniere("tests.epreuves.metier")
    yield neuve
    neuve.fermer()


def dire(pepiniere, ordre: str = "dire") -> dict:
    recolte = pepiniere.demander(ordre.encode(), BORNE)
    assert recolte.code == 0, recolte
    return json.loads(recolte.sortie)


def test_un_enfant_par_travail_d_un_parent_charge_une_fois(pepiniere):
    un, deux = dire(pepiniere), dire(pepiniere, "x" * 3_000_000)
    parent = pepiniere.parent.pid
    assert (un["parent"], deux["parent"], un["charge_par"]) == (parent, parent, [parent])
    assert (un["moi"] != deux["moi"], deux["recu"]) == (True, 3_000_000)
    # It holds its connection and the log; of the environment, what is given and nothing secret.
    assert un["descripteurs"] == [0, 1, 2]
    assert set(un["environnement"]) - {"LC_CTYPE"} == set(serre.ENVIRONNEMENT)


@pytest.mark.parametrize(
    ("ordre", "delai", "code", "plainte"),
    [
        ("mourir", BORNE, -signal.SIGKILL, ""),
        ("echouer", BORNE, 1, "ValueError: essai"),
        ("dormir", 0.2, -signal.SIGALRM, ""),
    ],
)
def test_un_enfant_qui_finit_mal_le_dit_et_le_parent_reste(pepiniere, ordre, delai, code, plainte):
    recolte = pepiniere.demander(ordre.encode(), delai)
    assert (recolte.code, recolte.plainte) == (code, plainte)
    assert dire(pepiniere)["parent"] == pepiniere.parent.pid


def test_un_parent_tue_est_remplace(pepiniere):
    premier = dire(pepiniere)["parent"]
    os.kill(premier, signal.SIGKILL)
    assert dire(pepiniere)["parent"] != premier


def test_huit_a_la_fois_chacun_le_sien(pepiniere):
    with ThreadPoolExecutor(8) as ensemble:
        dits = list(ensemble.map(partial(dire, pepiniere), ["a" * n for n in range(1, 33)]))
    assert [dit["recu"] for dit in dits] == list(range(1, 33))
    assert len({dit["moi"] for dit in dits}) == 32


def test_le_parent_finit_avec_qui_l_a_lance(pepiniere):
    parent, dossier = dire(pepiniere)["parent"], pepiniere.dossier
    pepiniere.fermer()
    jusqu_a(lambda: not os.path.exists(f"/proc/{parent}"), "la fin du parent")
    assert not os.path.exists(dossier)


def test_un_processus_qui_se_dedouble_a_le_sien(pepiniere):
    """A worker forked by Celery does not speak to the parent of its master."""
    premier = dire(pepiniere)["parent"]
    lire, ecrire = os.pipe()
    pid = os.fork()
    if not pid:
        os.write(ecrire, str(dire(pepiniere)["parent"]).encode())
        pepiniere.fermer()
        os._exit(0)
    os.waitpid(pid, 0)
    assert int(os.read(lire, 20)) != premier
    assert dire(pepiniere)["parent"] == premier
    os.close(lire)
    os.close(ecrire)


def test_un_parent_qui_ne_demarre_pas_le_dit(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(OSError, match="le parent ne démarre pas"):
        serre.Pepiniere("tests.epreuves.metier").demander(b"", BORNE)
