"""What this portal runs without: said at start-up, a line each, so that a variable that did not
arrive is seen.
"""

import logging

from django.conf import settings

journal = logging.getLogger(__name__)

# {setting: what its absence means for people}
FACULTATIFS = {
    "ANTIVIRUS_URL": "aucun antivirus : les fichiers se téléchargent sans contrôle",
    "GEOCODEUR_URL": "aucune recherche d’adresse : la page renvoie à la carte et au site officiel",
    "ANNUAIRE_URL": "aucune recherche d’organisme : la fiche se remplit à la main",
    "ADRESSES_DU_SCEAU": "les sceaux du journal ne partent qu’aux responsables du service",
}


def lignes() -> list[str]:
    """One a setting left empty."""
    return [f"{nom} : {sens}" for nom, sens in FACULTATIFS.items() if not getattr(settings, nom)]


def dire() -> None:
    for ligne in lignes():
        journal.warning(ligne)
