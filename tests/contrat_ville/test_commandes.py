"""The two commands: one clear sentence when something is missing, the demonstration checked."""

import ast
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing

import pytest

from contrat_ville import amorce, verification
from tests.attente import BORNE


@pytest.fixture
def phrases(monkeypatch, capsys):
    monkeypatch.setattr(amorce.os, "geteuid", lambda: 1000)
    return capsys


def test_sans_droits_la_ligne_exacte_a_taper(monkeypatch, phrases):
    monkeypatch.setattr(amorce, "bibliotheque_presente", lambda nom: nom != "libpango-1.0.so.0")
    with pytest.raises(SystemExit) as sortie:
        amorce.installer_le_systeme(epreuve=False)
    assert sortie.value.code == 1
    assert phrases.readouterr().err == (
        "Il manque des paquets du système. À taper en administrateur : "
        "apt-get install -y --no-install-recommends libpango-1.0-0\n"
    )


def test_ailleurs_que_sous_debian_les_paquets_sont_nommes(monkeypatch, phrases):
    monkeypatch.setattr(amorce, "bibliotheque_presente", lambda nom: False)
    monkeypatch.setattr(amorce.shutil, "which", lambda nom: None)
    with pytest.raises(SystemExit):
        amorce.installer_le_systeme(epreuve=False)
    assert "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in phrases.readouterr().err


def test_disque_plein(monkeypatch, tmp_path, phrases):
    monkeypatch.setattr(amorce, "ENVIRONNEMENT", tmp_path / "venv")
    monkeypatch.setattr(amorce, "PYTHON", tmp_path / "venv/bin/python")
    monkeypatch.setattr(amorce.shutil, "disk_usage", lambda chemin: type("U", (), {"free": 10})())
    with pytest.raises(SystemExit):
        amorce.installer_les_paquets(amorce.RACINE / "requirements" / "base.txt")
    assert (
        phrases.readouterr().err
        == "Le disque est presque plein : il faut 1 Go libre pour installer les paquets.\n"
    )


def test_tout_en_place_rien_n_est_fait(monkeypatch):
    appels = []
    monkeypatch.setattr(amorce.subprocess, "run", lambda *a, **k: appels.append(a))
    amorce.installer_le_systeme(epreuve=True)
    assert appels == []


def test_l_amorce_n_importe_que_la_bibliotheque_standard():
    source = (amorce.RACINE / "contrat_ville/amorce.py").read_text()
    noms = set()
    for noeud in ast.walk(ast.parse(source)):
        if isinstance(noeud, ast.Import):
            noms.update(importe.name.split(".")[0] for importe in noeud.names)
        if isinstance(noeud, ast.ImportFrom):
            noms.add(noeud.module.split(".")[0])
    assert noms <= set(sys.stdlib_module_names)


def demo(racine, tmp_path, *arguments):
    """The demonstration; Ctrl-C reaches it even when who runs the tests ignores it."""
    return subprocess.Popen(
        [sys.executable, "-u", "manage.py", "demo", *arguments],
        cwd=racine,
        text=True,
        env={"PATH": os.environ["PATH"], "SANS_AMORCE": "1", "DONNEES": str(tmp_path / "demo")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def lire_jusqu_a(processus, motif: str) -> list[str]:
    lignes = []
    for ligne in processus.stdout:
        lignes.append(ligne.rstrip("\n"))
        if motif in ligne:
            break
    return lignes


def comptes_gardes(donnees) -> list[tuple[int, str]]:
    """(key, hashed password) of every account of a demonstration."""
    (base,) = donnees.glob("*.sqlite3")
    with closing(sqlite3.connect(base)) as lien:
        return lien.execute(
            "SELECT id, password FROM partenaires_utilisateur ORDER BY id"
        ).fetchall()


@pytest.mark.services
def test_la_demonstration_demarre_survit_et_s_arrete(racine, tmp_path):
    """Twice on one folder: the second start finds the example, and plays the sabotaged control, a
    wrong expectation, which must be seen and named.
    """
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    comptes = []
    for controle in ([], [voir_l_ecart]):
        processus = demo(racine, tmp_path, "--port", str(port))
        lignes = lire_jusqu_a(processus, "Ctrl-C")
        comptes.append(comptes_gardes(tmp_path / "demo"))
        assert f"Portail prêt : http://127.0.0.1:{port}/" in lignes
        assert [ligne for ligne in lignes if ligne.startswith("Agent : ")] == [
            "Agent : agent@demo.example, mot de passe demonstration-arras"
        ]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as reponse:
            assert "est ouvert jusqu’au" in reponse.read().decode()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/demonstration/courriels/") as reponse:
            page = reponse.read().decode()
        assert "déposé le" in page
        pris = demo(racine, tmp_path, "--port", str(port))
        _, erreur = pris.communicate(timeout=BORNE)
        assert (
            pris.returncode,
            f"Le port {port} est déjà pris : essayez --port {port + 1}." in erreur,
        ) == (1, True)
        for regarder in controle:
            regarder(port)
        processus.send_signal(signal.SIGINT)
        _, erreur = processus.communicate(timeout=BORNE)
        assert "Traceback" not in erreur
        with socket.socket() as prise:
            assert prise.connect_ex(("127.0.0.1", port)) != 0
    # The second start found the example and did not make it again: the same salts.
    assert comptes[0]
    assert comptes[1] == comptes[0]


def voir_l_ecart(port: int) -> None:
    """The journey of `demo --verifier`, held to an amount that is not the right one."""
    dit = []
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setitem(verification.ATTENDUS, "total général", 257_113)
        assert verification.jouer(f"http://127.0.0.1:{port}", dit.append) == 1
    assert dit[-1] == "ÉCART : à l’écran, total général devrait être 257 113 €"
