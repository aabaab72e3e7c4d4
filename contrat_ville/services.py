"""A private PostgreSQL and a private Redis for the tests: started here, stopped here."""

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

MODELE = "MODELE_POSTGRESQL"  # the folder of a server that stands still, copied instead of made


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


def _options(valeurs: dict[str, str]) -> list[str]:
    """Names and values in turn, as a command line wants them."""
    ligne: list[str] = []
    for nom, valeur in valeurs.items():
        ligne += [nom, valeur]
    return ligne


@contextmanager
def redis(port: int | None = None) -> Iterator[str]:
    """The URL of a Redis with its append-only file on, in a folder of its own."""
    programme = shutil.which("redis-server")
    if not programme:
        raise ServiceAbsent("redis-server n’est pas installé : apt install redis-server")
    port = port or port_libre()
    with tempfile.TemporaryDirectory(prefix="redis-") as dossier:
        options = {
            "--port": str(port),
            "--bind": "127.0.0.1",
            "--dir": dossier,
            "--appendonly": "yes",
            "--save": "",
            "--daemonize": "no",
        }
        processus = subprocess.Popen(
            [programme, *_options(options)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _attendre(port, processus, "Redis")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            processus.terminate()
            processus.wait(10)


class Postgresql:
    """A private server in a folder of its own; it may be killed and started again."""

    def __init__(self, *, durable: bool = False):
        binaires = sorted(
            glob.glob("/usr/lib/postgresql/*/bin"),
            key=lambda chemin: float(Path(chemin).parent.name),
        )
        if not binaires:
            raise ServiceAbsent("PostgreSQL n’est pas installé : apt install postgresql")
        self.binaires = binaires[-1]
        self.durable = durable
        self.compte = "postgres" if os.geteuid() == 0 else None  # the server refuses to be root
        self.port = port_libre()
        self.dossier = tempfile.mkdtemp(prefix="postgresql-")
        self.environnement = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        self.processus: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"postgres://epreuve@127.0.0.1:{self.port}/postgres"

    def preparer(self) -> None:
        """An empty database, or the copy of a model (`modele`)."""
        if self.compte:
            os.chown(self.dossier, pwd.getpwnam(self.compte).pw_uid, -1)
        base = f"{self.dossier}/base"
        if modele := os.environ.get(MODELE):
            commande = ["cp", "-a", modele, base]
        else:
            options = {"-D": base, "-U": "epreuve", "-A": "trust", "-E": "UTF8"}
            commande = [f"{self.binaires}/initdb", *_options(options), "--no-sync"]
        fait = subprocess.run(
            commande,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=self.environnement,
            user=self.compte,
            group=self.compte,
        )
        if fait.returncode:
            raise ServiceAbsent(f"PostgreSQL ne se prépare pas : {fait.stderr.strip()[-300:]}")

    def demarrer(self) -> None:
        """Come back once it listens."""
        options = {"-D": f"{self.dossier}/base", "-p": str(self.port), "-k": self.dossier}
        reglages = [
            "listen_addresses=127.0.0.1",
            f"fsync={'on' if self.durable else 'off'}",
            "max_connections=200",
        ]
        self.processus = subprocess.Popen(
            [
                f"{self.binaires}/postgres",
                *_options(options),
                *[f"--{reglage}" for reglage in reglages],
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=self.environnement,
            user=self.compte,
            group=self.compte,
        )
        _attendre(self.port, self.processus, "PostgreSQL")

    def arreter(self, *, sans_prevenir: bool = False) -> None:
        """Stop; `sans_prevenir`: at once, as a power cut (`pg_ctl stop -m immediate`)."""
        if self.processus and self.processus.poll() is None:
            self.processus.send_signal(signal.SIGQUIT if sans_prevenir else signal.SIGTERM)
            self.processus.wait(30)

    def effacer(self) -> None:
        """Remove its folder."""
        shutil.rmtree(self.dossier, ignore_errors=True)


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty PostgreSQL database, gone at the end."""
    serveur = Postgresql()
    try:
        serveur.preparer()
        serveur.demarrer()
        yield serveur.url
    finally:
        serveur.arreter()
        serveur.effacer()


@contextmanager
def modele(migrer: Callable[[str], None]) -> Iterator[str]:
    """The folder of a server, made once, copied by each proof: its databases are migrated.

    `migrer(url)` fills `template1`, from which PostgreSQL makes databases.
    """
    serveur = Postgresql()
    try:
        serveur.preparer()
        serveur.demarrer()
        patron = serveur.url.removesuffix("postgres") + "template1"
        migrer(patron)
        with psycopg.connect(patron, autocommit=True) as lien:
            lien.execute("DROP DATABASE postgres")
            lien.execute("CREATE DATABASE postgres")
        serveur.arreter()
        yield f"{serveur.dossier}/base"
    finally:
        serveur.arreter()
        serveur.effacer()
