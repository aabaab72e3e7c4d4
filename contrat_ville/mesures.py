"""Measures in one run, by ratios: machines are noisy (CONCEPTION §5). Used by `manage.py
mesurer`, never by the suite: nothing that lands or not depends on a measured time.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings

from contrat_ville.services import port_libre

ELEMENTS = (
    0,
    47,
    75,
    159,
    233,
    298,
    358,
    417,
    476,
    537,
    603,
    674,
    753,
    843,
    949,
    1076,
    1237,
    1459,
    1801,
    2479,
    594601,
)
REQUETES = (
    0,
    2,
    15,
    25,
    34,
    42,
    49,
    56,
    63,
    70,
    78,
    86,
    95,
    105,
    117,
    130,
    147,
    170,
    205,
    281,
    3920,
)
KO = (
    0,
    1.37,
    144.7,
    319.53,
    479.46,
    631.97,
    783.38,
    937.91,
    1098.62,
    1265.47,
    1448.32,
    1648.27,
    1876.08,
    2142.06,
    2465.37,
    2866.31,
    3401.59,
    4155.73,
    5400.08,
    8037.54,
    223212.26,
)
VIDE = "/mesure/vide"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
NOTES = ((80, "A"), (70, "B"), (55, "C"), (40, "D"), (25, "E"), (10, "F"))
COMPTER = (
    "[...document.querySelectorAll('*')].filter(e => !e.closest('svg') || e.tagName === "
    "'svg').length",
    "(() => { const r = [...performance.getEntriesByType('resource'), "
    "...performance.getEntriesByType('navigation')]; "
    "return [r.length, r.reduce((n, e) => n + e.transferSize, 0), "
    "r.filter(e => new URL(e.name).pathname.endsWith('.js')).length]; })()",
)


def ecoindex(elements: int, requetes: int, ko: float) -> float:
    """The EcoIndex score, out of a hundred (public quantiles of HTTP Archive)."""
    lourd = 3 * _rang(elements, ELEMENTS)
    lourd += 2 * _rang(requetes, REQUETES)
    lourd += _rang(ko, KO)
    return round(100 - 5 * lourd / 6, 2)


def _rang(valeur: float, quantiles: tuple) -> float:
    for rang in range(1, len(quantiles)):
        if valeur < quantiles[rang]:
            bas, haut = quantiles[rang - 1], quantiles[rang]
            return rang - 1 + (valeur - bas) / (haut - bas)
    return len(quantiles) - 1


def note(score: float) -> str:
    """« A » above 80."""
    return next((lettre for seuil, lettre in NOTES if score > seuil), "G")


@contextmanager
def gunicorn(environnement: dict | None = None):
    """The portal and an empty view behind the same server, one process; yields its port."""
    port = port_libre()
    with tempfile.TemporaryDirectory(prefix="mesure-") as dossier:
        processus = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "contrat_ville.mesures_wsgi:application",
                "--bind",
                f"127.0.0.1:{port}",
                "--workers",
                "1",
                "--threads",
                "1",
                "--worker-class",
                "gthread",
                "--log-level",
                "error",
                "--worker-tmp-dir",
                dossier,
            ],
            cwd=settings.RACINE,
            env={**os.environ, **(environnement or {})},
        )
        try:
            for _ in range(150):
                if processus.poll() is not None:
                    raise RuntimeError("Le serveur de mesure ne démarre pas.")
                try:
                    with relier(port) as lien:
                        demander(lien, VIDE)
                    break
                except OSError:
                    time.sleep(0.2)
            yield port
        finally:
            processus.terminate()
            processus.wait(15)


def relier(port: int):
    """A connection that closes at the end."""
    return closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10))


def demander(lien: http.client.HTTPConnection, chemin: str) -> bytes:
    """One page, as a browser asks for it; raises when it is not there."""
    lien.request("GET", chemin, headers={"Accept-Encoding": "gzip"})
    reponse = lien.getresponse()
    corps = reponse.read()
    if reponse.status != 200:
        raise RuntimeError(f"{chemin} : {reponse.status}")
    return corps


def debit(port: int, chemin: str, duree: float) -> float:
    """Answers a second on one connection kept open."""
    with relier(port) as lien:
        nombre, debut = 0, time.perf_counter()
        while (ecoule := time.perf_counter() - debut) < duree:
            demander(lien, chemin)
            nombre += 1
    return nombre / ecoule


def rapports(port: int, chemins: list[str], duree: float = 0.7, tours: int = 5) -> dict[str, float]:
    """For each page, its throughput over that of the empty view: the best turn of each, taken side
    by side.

    What else runs on the machine only slows a turn down, so the best one is the nearest to the
    server alone.
    """
    meilleurs = dict.fromkeys([*chemins, VIDE], 0.0)
    for chemin in chemins:
        debit(port, chemin, 0.1)  # made once, then in memory
    for _ in range(tours):
        for chemin in meilleurs:
            meilleurs[chemin] = max(meilleurs[chemin], debit(port, chemin, duree))
    return {chemin: meilleurs[chemin] / meilleurs[VIDE] for chemin in chemins}


LISTES = (
    "",
    "?q=CV+000777",
    "?q=organisme+fictif+0000077",
    "?etat=recevable",
    "?axe=1",
    "?attend=service",
    "?page=5",
    "?tri=numero",
)


def listes(petite: str, grande: str, combien: tuple[int, int], tours: int = 9) -> dict[str, float]:
    """For each address of the work list, the median time on the large database over that on the
    small one.

    Both are asked side by side, turn by turn, through the same kind of server.
    """
    cookies = [semer(url, n) for url, n in zip((petite, grande), combien, strict=True)]
    lus: dict[str, list[list[float]]] = {adresse: [[], []] for adresse in LISTES}
    with gunicorn({"DATABASE_URL": petite}) as port1, gunicorn({"DATABASE_URL": grande}) as port2:
        for _ in range(tours):
            for adresse in LISTES:
                for rang, port in enumerate((port1, port2)):
                    lus[adresse][rang].append(
                        chronometrer(port, f"/instruction/{adresse}", cookies[rang])
                    )
    return {
        adresse: statistics.median(durees[1]) / statistics.median(durees[0])
        for adresse, durees in lus.items()
    }


def semer(url: str, combien: int, module: str = "contrat_ville.semis") -> str:
    """The cookie of an agent of a database filled in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", module, str(combien)],
        cwd=settings.RACINE,
        check=True,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
    ).stdout.strip()


def chronometrer(port: int, chemin: str, cookie: str) -> float:
    """Seconds for one private page."""
    debut = time.perf_counter()
    with relier(port) as lien:
        lien.request("GET", chemin, headers={"Cookie": cookie})
        reponse = lien.getresponse()
        reponse.read()
    if reponse.status != 200:
        raise RuntimeError(f"{chemin} : {reponse.status}")
    return time.perf_counter() - debut


def peser(adresse: str, chemins: list[str], navigateur, cookies: dict | None = None) -> list[dict]:
    """Elements, requests, scripts and bytes of each page in a browser, first with an empty cache,
    then again; `cookies`: the state of a browser that is signed in.
    """
    pages = []
    for chemin in chemins:
        contexte = navigateur.new_context(
            base_url=adresse, viewport={"width": 1920, "height": 1080}, storage_state=cookies
        )
        onglet = contexte.new_page()
        reponse = onglet.goto(chemin, wait_until="load")
        if reponse.status != 200:
            raise RuntimeError(f"{chemin} : {reponse.status}")
        elements = onglet.evaluate(COMPTER[0])
        requetes, octets, scripts = onglet.evaluate(COMPTER[1])
        onglet.goto("about:blank")
        onglet.goto(chemin, wait_until="load")
        seconde = onglet.evaluate(COMPTER[1])[1]
        contexte.close()
        score = ecoindex(elements, requetes, round(octets / 1000, 1))  # as it is written
        pages.append(
            {
                "chemin": chemin,
                "elements": elements,
                "requetes": requetes,
                "scripts": scripts,
                "ko": round(octets / 1000, 1),
                "ko_seconde": round(seconde / 1000, 1),
                "score": score,
                "note": note(score),
            }
        )
    return pages


@contextmanager
def chromium():
    """The system's browser, driven by Playwright (development only)."""
    from playwright.sync_api import sync_playwright

    # It runs a loop of its own, beside which a journey reads the database between two pages
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as machine:
        navigateur = machine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield navigateur
        navigateur.close()


def publics() -> list[str]:
    """Every public page of the plan of the site."""
    from appels.public import plan_du_site
    from quartiers import geographie
    from quartiers.models import Parution

    return [
        adresse
        for _, pages in plan_du_site.parties(geographie.lire(Parution.actuelle()))
        for adresse, _ in pages
    ]


ECO = Path(settings.RACINE) / "appels" / "socle" / "donnees" / "ecoconception.json"
RAPPORTS = Path(settings.RACINE) / "contrat_ville" / "donnees" / "rapports.json"


def garder(quoi: str, rapports: dict[str, float], le: str) -> None:
    """Write these ratios beside what was kept of the other measures; `le`: the day, ISO."""
    gardes = {}
    if RAPPORTS.exists():
        gardes = json.loads(RAPPORTS.read_text(encoding="utf-8"))
    arrondis = {nom: round(rapport, 2) for nom, rapport in rapports.items()}
    gardes[quoi] = {"le": le, "rapports": arrondis}
    texte = json.dumps(gardes, ensure_ascii=False, indent=1, sort_keys=True)
    RAPPORTS.parent.mkdir(exist_ok=True)
    RAPPORTS.write_text(texte + "\n", encoding="utf-8")
