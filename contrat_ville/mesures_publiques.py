"""What was funded, at two sizes: the time and the queries of its pages, of its map, of its API. For
`manage.py mesurer --projets`.

`python -m contrat_ville.mesures_publiques` prints {address: queries} for the database that is here,
in JSON: queries are counted in one process, times behind a server.
"""

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass

import django
from django.conf import settings

from contrat_ville.mesures import chronometrer, gunicorn, semer
from contrat_ville.mesures_pages import client_de, requetes_comptees
from quartiers import horloge

TOURS = 15  # under what the API allows in a minute, with the first one
ADRESSES = (
    "/projets/",
    "/projets/?annee={annee}",
    "/projets/?quartier=QN06258M",
    "/projets/?axe=emploi",
    "/projets/?quartier=QN06259M&axe=apaise&annee={annee}",
    "/projets/?tri=montant",
    "/projets/?tri=titre&quartier=QN06262M",
    "/projets/?page=2",
    "/quartiers/QN06258M/",
    "/api/v1/projets?taille=20",
    "/api/v1/projets.geojson?quartier=QN06258M&taille=20",
)


@dataclass(frozen=True)
class Rapport:
    """One address at two sizes; seconds."""

    adresse: str
    petite: list[float]
    grande: list[float]
    requetes: tuple[int, int]

    @property
    def mediane(self) -> float:
        return statistics.median(self.grande) / statistics.median(self.petite)

    @property
    def p95(self) -> float:
        return _p95(self.grande) / _p95(self.petite)


def _p95(durees: list[float]) -> float:
    return statistics.quantiles(durees, n=20, method="inclusive")[-1]


def adresses() -> list[str]:
    annee = str(horloge.a_paris(horloge.maintenant()).year)
    return [adresse.format(annee=annee) for adresse in ADRESSES]


def comparer(petite: str, grande: str, combien: tuple[int, int]) -> list[Rapport]:
    """Both asked side by side, turn by turn, through the same kind of server.

    Each visit is made anew: a mark that no page keeps in memory.
    """
    for url, n in zip((petite, grande), combien, strict=True):
        semer(url, n, "contrat_ville.semis_publics")
    comptes = [_requetes(url) for url in (petite, grande)]
    toutes = adresses()
    lus: dict[str, list[list[float]]] = {adresse: [[], []] for adresse in toutes}
    cookie = f"{settings.SESSION_COOKIE_NAME}=mesure"  # nobody: but the page is made, not kept
    with gunicorn({"DATABASE_URL": petite}) as port1, gunicorn({"DATABASE_URL": grande}) as port2:
        for tour in range(TOURS + 1):
            for adresse in toutes:
                for rang, port in enumerate((port1, port2)):
                    duree = chronometrer(port, adresse, cookie)
                    if tour:  # the first one fills what a process keeps
                        lus[adresse][rang].append(duree)
    return [
        Rapport(
            adresse,
            petite=lus[adresse][0],
            grande=lus[adresse][1],
            requetes=(comptes[0][adresse], comptes[1][adresse]),
        )
        for adresse in toutes
    ]


def _requetes(url: str) -> dict[str, int]:
    """{address: queries} of a database, counted in a process of its own."""
    sortie = subprocess.run(
        [sys.executable, "-m", "contrat_ville.mesures_publiques"],
        cwd=settings.RACINE,
        check=True,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
    ).stdout
    lues: dict[str, int] = json.loads(sortie)
    return lues


def compter() -> dict[str, int]:
    """{address: queries} once the process has served it."""
    client = client_de("anonyme")
    comptes = {}
    for adresse in adresses():
        b"".join(client.get(adresse))
        lues: list[tuple[str, object]] = []
        with requetes_comptees(lues):
            reponse = client.get(adresse)
            b"".join(reponse)
        if reponse.status_code != 200:
            raise RuntimeError(f"{adresse} : {reponse.status_code}")
        comptes[adresse] = len(lues)
    return comptes


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(compter()))
