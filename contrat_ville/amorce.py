"""From a bare Debian 12 to a ready environment, with the standard library alone.

`preparer` finds the missing system packages (installs them as root, otherwise prints the exact
line to type), makes `.venv`, installs the hash-pinned requirements and starts the command again
inside it. The second time everything is found in place and nothing is done.
"""

import ctypes
import glob
import hashlib
import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
ENVIRONNEMENT = RACINE / ".venv"
PYTHON = ENVIRONNEMENT / "bin" / "python"
PLACE_NECESSAIRE = 1_000_000_000  # bytes, for the virtual environment and the data of a run
VERSION_MINIMALE = (3, 11)

BIBLIOTHEQUES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
BIBLIOTHEQUES_EPREUVE = {"libatomic.so.1": "libatomic1"}
PROGRAMMES_EPREUVE = {
    "redis-server": ("redis-server", "/usr/bin/redis-server"),
    "chromium": ("chromium", "/usr/bin/chromium"),
    "firefox-esr": ("firefox-esr", "/usr/bin/firefox-esr"),
    "postgresql": ("postgres", "/usr/lib/postgresql/*/bin/postgres"),
    "clamav-daemon": ("clamd", "/usr/sbin/clamd"),
    "libfaketime": ("", "/usr/lib/*/faketime/libfaketime.so.1"),
    "fonts-dejavu-core": ("", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
}


def dire(phrase: str) -> None:
    """One plain line of progress."""
    print(phrase, flush=True)


def renoncer(phrase: str) -> None:
    """One clear sentence, and a status that is not zero."""
    print(phrase, file=sys.stderr, flush=True)
    sys.exit(1)


def preparer(commande: str) -> None:
    """Come back only when the current interpreter can run `commande`."""
    if os.environ.get("SANS_AMORCE"):
        return
    if sys.version_info < VERSION_MINIMALE:
        renoncer("Il faut Python 3.11 ou plus récent. Debian 12 le fournit : apt install python3")
    epreuve = commande in ("test", "mesurer", "eprouver", "documenter")
    liste = RACINE / "requirements" / ("dev.txt" if epreuve else "base.txt")
    try:
        installer_le_systeme(epreuve)
        installer_les_paquets(liste)
    except OSError as erreur:
        renoncer(
            f"L’installation s’arrête : {erreur.strerror or erreur} ({erreur.filename or RACINE})."
        )
    if Path(sys.prefix).resolve() != ENVIRONNEMENT.resolve():
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def installer_le_systeme(epreuve: bool) -> None:
    """Install the missing Debian packages as root; otherwise say the line to type and stop."""
    manquants = paquets_manquants(epreuve)
    if not manquants:
        return
    ligne = "apt-get install -y --no-install-recommends " + " ".join(manquants)
    if not shutil.which("apt-get"):
        renoncer(f"Il manque des bibliothèques, connues sous Debian comme : {' '.join(manquants)}")
    if os.geteuid() != 0:
        renoncer(f"Il manque des paquets du système. À taper en administrateur : {ligne}")
    dire(f"Paquets du système : {' '.join(manquants)}")
    calme = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    executer(["apt-get", "update", "-qq"], calme, "La liste des paquets Debian ne se charge pas")
    executer(ligne.split(), calme, "L’installation des paquets Debian a échoué")
    if restants := paquets_manquants(epreuve):
        renoncer(f"Ces paquets restent introuvables : {' '.join(restants)}")


def paquets_manquants(epreuve: bool) -> list[str]:
    """The Debian packages to add for this command."""
    voulues = dict(BIBLIOTHEQUES)
    if epreuve:
        voulues |= BIBLIOTHEQUES_EPREUVE
    manquants = [paquet for nom, paquet in voulues.items() if not bibliotheque_presente(nom)]
    if not PYTHON.exists() and not module_present("ensurepip"):
        manquants.append("python3-venv")
    if epreuve:
        manquants += [
            paquet
            for paquet, (programme, motif) in PROGRAMMES_EPREUVE.items()
            if not programme_present(programme, motif)
        ]
    return manquants


def programme_present(programme: str, motif: str) -> bool:
    """True when the command is known, or a file is where Debian puts it."""
    return bool(programme and shutil.which(programme)) or bool(glob.glob(motif))


def bibliotheque_presente(nom: str) -> bool:
    """True when the dynamic linker finds the library."""
    try:
        ctypes.CDLL(nom)
    except OSError:
        return False
    return True


def module_present(nom: str) -> bool:
    """Debian ships `venv` without `ensurepip` until python3-venv is there."""
    try:
        importlib.import_module(nom)
    except ImportError:
        return False
    return True


def installer_les_paquets(liste: Path) -> None:
    """Make `.venv` hold exactly the pinned list; its fingerprint is kept for next time."""
    empreinte = hashlib.sha256(liste.read_bytes()).hexdigest()
    marques = ENVIRONNEMENT / "installe.txt"
    deja: list[str] = []
    if PYTHON.exists() and marques.exists():
        deja = marques.read_text().split()
    if empreinte in deja:
        return
    if shutil.disk_usage(RACINE).free < PLACE_NECESSAIRE:
        renoncer("Le disque est presque plein : il faut 1 Go libre pour installer les paquets.")
    if not deja:
        dire("Création de l’environnement Python (.venv)")
        executer(
            [sys.executable, "-m", "venv", "--clear", str(ENVIRONNEMENT)],
            None,
            "L’environnement Python ne se crée pas",
        )
    dire(f"Installation des paquets Python ({liste.name}), une à trois minutes la première fois")
    options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(liste)]
    executer(
        [str(PYTHON), "-m", "pip", "install", *options],
        None,
        "L’installation des paquets Python a échoué",
    )
    marques.write_text("\n".join([*deja, empreinte]))


def executer(ligne: list[str], environnement: dict | None, echec: str) -> None:
    """Run a command silently; on failure print the end of what it said, after our sentence."""
    resultat = subprocess.run(ligne, env=environnement, capture_output=True, text=True, check=False)
    if resultat.returncode:
        fin = (resultat.stderr or resultat.stdout).strip()[-2000:]
        renoncer(f"{echec}.\n{fin}")
