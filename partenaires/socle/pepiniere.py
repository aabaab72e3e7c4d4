"""Warm parents: a process that has loaded what a job needs, and forks a bounded child for each.

Most of the time of a paper or of a file went to starting Python and loading its library. The parent
(`python -m partenaires.socle.pepiniere MODULE ADDRESS`) has no Django and reads nothing of anybody;
each child has a job, its own bounds, the two ends of its connection, and dies. The parent ends with
the process that started it, or once nobody has asked for long.
"""

import atexit
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parent.parent.parent
ENVIRONNEMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "SOURCE_DATE_EPOCH": "0"}
PRETE = b"prete\n"
OISIVE = 600  # seconds without a job: it leaves its memory to others
DELAI = struct.Struct("!f")  # before the order: seconds that the child may live
FIN = struct.Struct("!i")  # after the answer: how the child ended, as `subprocess` says it


@dataclass(frozen=True)
class Recolte:
    """What a child gave: its exit code (negative: the signal that ended it), what it wrote."""

    code: int
    sortie: bytes

    @property
    def plainte(self) -> str:
        """The last line of what it wrote: of a child that failed, why."""
        return self.sortie.strip().rpartition(b"\n")[2].decode(errors="replace")


class Pepiniere:
    """The warm parent of a module, for this process: started when it is asked, and again."""

    def __init__(self, module: str):
        self.module = module
        self.verrou = threading.Lock()
        self.parent: subprocess.Popen[bytes] | None = None
        self.dossier = ""
        self.proprietaire = 0  # a process that forked has no parent yet

    def demander(self, ordre: bytes, delai: float) -> Recolte:
        """A child's answer to `ordre`. Raises `OSError` when no child can be had."""
        try:
            return self._demander(ordre, delai)
        except (ConnectionError, FileNotFoundError):  # it had just left, or was killed
            self.fermer()
            return self._demander(ordre, delai)

    def _demander(self, ordre: bytes, delai: float) -> Recolte:
        with socket.socket(socket.AF_UNIX) as prise:
            prise.settimeout(delai + 30)  # the child is ended first: this one never decides
            prise.connect(self._adresse())
            prise.sendall(DELAI.pack(delai) + ordre)
            prise.shutdown(socket.SHUT_WR)
            recu = b"".join(iter(lambda: prise.recv(1 << 20), b""))
        if len(recu) < FIN.size:
            raise ConnectionResetError(f"{self.module} : aucune réponse")
        (code,) = FIN.unpack(recu[-FIN.size :])
        return Recolte(code, recu[: -FIN.size])

    def _adresse(self) -> str:
        with self.verrou:
            est_la = self.parent is not None and self.parent.poll() is None
            if not est_la or self.proprietaire != os.getpid():
                self._demarrer()
            return f"{self.dossier}/prise"

    def _demarrer(self) -> None:
        self._lacher()
        self.dossier = tempfile.mkdtemp(prefix="pepiniere-")
        self.proprietaire = os.getpid()
        self.parent = subprocess.Popen(
            [sys.executable, "-m", __name__, self.module, f"{self.dossier}/prise"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=RACINE,
            env=ENVIRONNEMENT,
        )
        assert self.parent.stdout
        if self.parent.stdout.readline() != PRETE:
            self._lacher()
            raise OSError(f"{self.module} : le parent ne démarre pas")

    def fermer(self) -> None:
        """End the parent that this process started; the next job starts another."""
        with self.verrou:
            self._lacher()

    def _lacher(self) -> None:
        parent, self.parent = self.parent, None
        if parent is None:
            return
        for tuyau in (parent.stdin, parent.stdout):
            assert tuyau
            tuyau.close()  # it reads there that its owner is gone
        if self.proprietaire == os.getpid():
            parent.wait()
            shutil.rmtree(self.dossier, ignore_errors=True)


def pepiniere(module: str) -> Pepiniere:
    """The one of this module, ended with this process."""
    neuve = Pepiniere(module)
    atexit.register(neuve.fermer)
    return neuve


# --- The parent --------------------------------------------------------------------------------
def servir(module: str, adresse: str) -> None:
    """Load, say so, then fork a child for each connection, until the owner is gone."""
    travail = import_module(module)
    travail.prechauffer()
    reveil, sonnette = os.pipe()
    os.set_blocking(sonnette, False)
    signal.set_wakeup_fd(sonnette)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # it only rings
    enfants: dict[int, socket.socket] = {}
    with socket.socket(socket.AF_UNIX) as ecoute:
        ecoute.bind(adresse)
        ecoute.listen(64)
        os.write(1, PRETE)
        while True:
            attendus: list[Any] = [ecoute, reveil, 0]
            prets, _, _ = select.select(attendus, [], [], OISIVE)
            if 0 in prets or (not prets and not enfants):
                return
            if reveil in prets:
                os.read(reveil, 4096)
                _enterrer(enfants)
            if ecoute in prets:
                prise, _ = ecoute.accept()
                enfants[_semer(travail, prise)] = prise


def _semer(travail: Any, prise: socket.socket) -> int:
    """The id of a child that does the job of this connection."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _devenir(prise)
        travail.principal()
        sys.stdout.flush()
        code = 0
    except BaseException as erreur:  # whatever it is, this child ends here
        with suppress(BaseException):
            os.write(1, f"\n{type(erreur).__name__}: {erreur}\n".encode())
    finally:
        os._exit(code)


def _devenir(prise: socket.socket) -> None:
    """The connection is what it reads and writes; it holds nothing else of its parent."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(prise.fileno(), 0)
    os.dup2(prise.fileno(), 1)
    for descripteur in os.listdir("/proc/self/fd"):
        if int(descripteur) > 2:
            with suppress(OSError):  # that of the listing itself
                os.close(int(descripteur))
    (delai,) = DELAI.unpack(os.read(0, DELAI.size))
    signal.setitimer(signal.ITIMER_REAL, delai)  # SIGALRM ends it


def _enterrer(enfants: dict[int, socket.socket]) -> None:
    """Tell each owner how its child ended."""
    while enfants:
        pid, statut = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with enfants.pop(pid) as prise, suppress(OSError):
            prise.settimeout(5)
            prise.sendall(FIN.pack(os.waitstatus_to_exitcode(statut)))


if __name__ == "__main__":
    servir(*sys.argv[1:])
