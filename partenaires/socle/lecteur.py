"""Has a file opened by a child process, and takes its word: what harms it harms the child alone."""

import json
import logging
import subprocess
import sys
from dataclasses import dataclass

from django.conf import settings

from partenaires.socle.refus import Refus

journal = logging.getLogger(__name__)

ILLISIBLE = (
    "Ce fichier n’a pas pu être ouvert : il est abîmé, ou trop lourd à ouvrir. Enregistrez-le à "
    "nouveau, ou en PDF."
)
OCCUPE = "occupe"  # the code of an error that another try may mend
REESSAYEZ = "Le portail n’a pas pu ouvrir ce fichier : réessayez dans quelques minutes."


class FichierRefuse(Refus):
    """The file cannot be kept."""

    code = "refuse"


class Occupe(FichierRefuse):
    """The server could not look at it; the same file may be sent again."""

    phrase = REESSAYEZ
    code = OCCUPE


@dataclass(frozen=True)
class Ouvert:
    """What the child saw."""

    extension: str
    mime: str
    depouille: bytes  # without its traces, when it was asked


def ouvrir(contenu: bytes, nom: str, *, depouiller: bool = False) -> Ouvert:
    """Raises `FichierRefuse` with how to mend this kind of file, `Occupe` when no child starts."""
    bornes = settings.OUVERTURE
    commande = json.dumps(
        {
            "nom": nom,
            "depouiller": depouiller,
            "memoire": bornes["memoire"],
            "calcul": bornes["calcul"],
        }
    )
    try:
        enfant = subprocess.run(
            [sys.executable, "-m", "partenaires.socle.ouverture"],
            input=commande.encode() + b"\n" + contenu,
            capture_output=True,
            timeout=bornes["delai"],
            cwd=settings.RACINE,
            check=False,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        )
    except (subprocess.TimeoutExpired, OSError) as erreur:
        raise Occupe from erreur
    if enfant.returncode:
        plaintes = enfant.stderr.decode(errors="replace").strip().splitlines() or [""]
        journal.warning("Fichier non ouvert (%s) : %s", enfant.returncode, plaintes[-1][:300])
        raise FichierRefuse(ILLISIBLE)
    ligne, _, reste = enfant.stdout.partition(b"\n")
    reponse = json.loads(ligne)
    if "refus" in reponse:
        raise FichierRefuse(reponse["refus"])
    return Ouvert(reponse["extension"], reponse["mime"], reste)
