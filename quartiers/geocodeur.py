"""Addresses to points through the national geocoder; its absence stops nothing.

Source: https://geoservices.ign.fr (géocodage, `GET …/search?q=&limit=`, GeoJSON answer, 50 requests
a second and an address, 429 with `Retry-After`). Nothing of what is asked is kept.
"""

import json
import logging
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache

from quartiers import reseau

DELAI = 3.0  # seconds for the whole answer
TAILLE_MAX = 200_000  # bytes
REPOS = 60  # seconds without asking again after a failure
REPOS_MAX = 600
CENTRE = {"lon": "2.777", "lat": "50.291"}  # answers near Arras come first
CLE = "geocodeur-en-repos"
journal = logging.getLogger(__name__)


class GeocodeurIndisponible(Exception):
    """Not configured, slow, saturated or unreadable: say it and offer another way."""


@dataclass(frozen=True)
class Adresse:
    """One address found, with its point in degrees."""

    libelle: str
    longitude: float
    latitude: float


def est_configure() -> bool:
    return bool(settings.GEOCODEUR_URL)


def chercher(texte: str, limite: int = 5) -> list[Adresse]:
    """The addresses that match, the best first; raises `GeocodeurIndisponible`."""
    if not est_configure() or cache.get(CLE):
        raise GeocodeurIndisponible
    adresse = f"{settings.GEOCODEUR_URL}?{urlencode({'q': texte, 'limit': limite, **CENTRE})}"
    try:
        return _lire(json.loads(reseau.lire(adresse, delai=DELAI, taille_max=TAILLE_MAX)))
    except HTTPError as erreur:
        erreur.close()
        if erreur.code == 400:
            return []  # the geocoder found nothing to read in this text
        _se_reposer(erreur.headers.get("Retry-After", ""), f"réponse {erreur.code}")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as erreur:
        _se_reposer("", type(erreur).__name__)
    raise GeocodeurIndisponible


def _lire(reponse: dict) -> list[Adresse]:
    """The addresses of an answer; raises what a malformed one makes (`KeyError`, `ValueError`…)."""
    return [_adresse(element) for element in reponse["features"]]


def _adresse(element: dict) -> Adresse:
    try:
        longitude, latitude = (float(nombre) for nombre in element["geometry"]["coordinates"])
    except OverflowError as erreur:
        raise ValueError from erreur
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):  # « not a number » is not either
        raise ValueError
    libelle = reseau.texte_propre(str(element["properties"]["label"]), 200)
    return Adresse(libelle, longitude, latitude)


def _se_reposer(delai: str, raison: str) -> None:
    """Every process leaves the geocoder alone for a while."""
    secondes = reseau.secondes_de_repos(delai, sinon=REPOS, maximum=REPOS_MAX)
    journal.warning("Géocodeur laissé %s s au repos : %s", secondes, raison)
    cache.set(CLE, True, secondes)
