"""A private PostgreSQL and a private Redis for the tests: started here, stopped here."""

import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ServiceAbsent(Exception):
    """A program is not installed or does not start; the message is the sentence to show."""


def port_libre() -> int:
    """A port nobody listens on, on 127.0.0.1."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return prise.getsockname()[1]


def _attendre(port: int, processus: subprocess.Popen, nom: str) -> None:
    limite = time.monotonic() + 30
    while time.monotonic() < limite:
        if processus.poll() is not None:
            break
        with socket.socket() as prise:
            prise.settimeout(0.5)
            if prise.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise ServiceAbsent(f"{nom} ne démarre pas.")


@contextmanager
def redis(port: int | None = None) -> Iterator[str]:
    """The URL of a Redis with its append-only file on, in a folder of its own."""
    programme = shutil.which("redis-server")
    if not programme:
        raise ServiceAbsent("redis-server n’est pas installé : apt install redis-server")
    port = port or port_libre()
    with tempfile.TemporaryDirectory(prefix="redis-") as dossier:
        processus = subprocess.Popen(
            [programme, "--port", str(port), "--bind", "127.0.0.1", "--dir", dossier, "--appendonly", "yes",
             "--save", "", "--daemonize", "no"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _attendre(port, processus, "Redis")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            processus.terminate()
            processus.wait(10)


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty PostgreSQL database; its server refuses to run as root, so not as root."""
    binaires = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda chemin: float(Path(chemin).parent.name))
    if not binaires:
        raise ServiceAbsent("PostgreSQL n’est pas installé : apt install postgresql")
    compte = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    port, dossier = port_libre(), tempfile.mkdtemp(prefix="postgresql-")
    try:
        if compte:
            os.chown(dossier, pwd.getpwnam("postgres").pw_uid, -1)
        calme = {"cwd": "/", "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, **compte}
        initdb = subprocess.run(
            [f"{binaires[-1]}/initdb", "-D", f"{dossier}/base", "-U", "epreuve", "-A", "trust", "-E", "UTF8",
             "--no-sync"], capture_output=True, text=True, check=False, **calme)
        if initdb.returncode:
            raise ServiceAbsent(f"PostgreSQL ne se prépare pas : {initdb.stderr.strip()[-300:]}")
        processus = subprocess.Popen(
            [f"{binaires[-1]}/postgres", "-D", f"{dossier}/base", "-p", str(port), "-k", dossier,
             "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **calme)
        try:
            _attendre(port, processus, "PostgreSQL")
            yield f"postgres://epreuve@127.0.0.1:{port}/postgres"
        finally:
            processus.terminate()
            processus.wait(20)
    finally:
        shutil.rmtree(dossier, ignore_errors=True)
