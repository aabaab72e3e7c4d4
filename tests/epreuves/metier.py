"""What the warm parent of a test loads: its children do as they are told."""

import json
import os
import sys
import time

charge = []


def prechauffer() -> None:
    charge.append(os.getpid())


def principal() -> None:
    ordre = sys.stdin.buffer.read().decode()
    if ordre == "mourir":
        os.kill(os.getpid(), 9)
    if ordre == "echouer":
        raise ValueError("essai")
    if ordre == "dormir":
        time.sleep(3600)
    descripteurs = sorted(int(nom) for nom in os.listdir("/proc/self/fd"))[:-1]
    dit = {
        "parent": os.getppid(),
        "moi": os.getpid(),
        "charge_par": charge,
        "descripteurs": descripteurs,
        "environnement": sorted(os.environ),
        "recu": len(ordre),
    }
    sys.stdout.buffer.write(json.dumps(dit).encode())
