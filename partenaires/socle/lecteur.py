"""Has a file opened by a child process, and takes its word: what harms it harms the child alone."""

import json
import logging
import signal
from dataclasses import dataclass

from django.conf import settings

from partenaires.socle.pepiniere import pepiniere
from partenaires.socle.refus import Refus

OUVERTURE = pepiniere("partenaires.socle.ouverture.enfant")
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
        recolte = OUVERTURE.demander(commande.encode() + b"\n" + contenu, bornes["delai"])
    except OSError as erreur:
        raise Occupe from erreur
    if recolte.code == -signal.SIGALRM:
        raise Occupe
    if recolte.code:
        journal.warning("Fichier non ouvert (%s) : %s", recolte.code, recolte.plainte[:300])
        raise FichierRefuse(ILLISIBLE)
    ligne, _, reste = recolte.sortie.partition(b"\n")
    reponse = json.loads(ligne)
    if "refus" in reponse:
        raise FichierRefuse(reponse["refus"])
    return Ouvert(reponse["extension"], reponse["mime"], reste)
