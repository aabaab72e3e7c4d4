"""What each page of each role costs, on whole rows: queries, rows and buffers read, processor,
bytes, elements. For `manage.py mesurer --pages`.

`python -m contrat_ville.mesures_pages` walks the database that is here and prints what it read, in
JSON. Addresses are found as a person finds them: from the first page of each role, link after link,
so that each carries the keys of rows that exist; the table of access says which are left.
"""

import gzip
import json
import re
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from typing import Any

import django

ROLES = ("anonyme", "redaction", "signature", "administration", "agent", "responsable", "financeur")
DEPARTS = {
    "anonyme": ("/", "/plan-du-site/"),
    "agent": ("/instruction/", "/plan-du-site/"),
    "responsable": ("/instruction/", "/plan-du-site/"),
    "financeur": ("/instruction/", "/plan-du-site/"),
}
ESPACES = {
    "anonyme": "Sans compte",
    "redaction": "Espace des organismes",
    "signature": "Espace des organismes",
    "administration": "Espace des organismes",
    "agent": "Espace du service",
    "responsable": "Espace du service",
    "financeur": "Espace des financeurs",
}
LISTES = (  # what a list is asked at its heaviest, on every call
    "q=jardin",
    "q=CV",
    "alerte=toutes",
    "alerte=convention",
    "alerte=dauphin",
    "stade=a_examiner",
    "attend=service",
    "premiere=oui",
    "minimum=1",
    "tri=demande",
    "tri=-vote",
    "tri=stade",
    "tri=-avis",
    "tri=porteur",
    "page=20",
)
PROJETS = ("tri=montant", "tri=titre", "q=jardin", "quartier=QN06258M", "axe=emploi", "page=3")
LIENS = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
PAGES_MAX = 900  # asked by one role while it looks for addresses
PAR_NOM = 4  # pages of one address looked at: their rows do not lead to the same acts
MUETTES = ("/compte/logout/", "/static/", "/demonstration/")
LU = re.compile(r"^\s*(SELECT|WITH)\b", re.I)


@dataclass(frozen=True)
class Mesure:
    """One page of one role."""

    role: str
    nom: str  # of its address, with what it is asked
    chemin: str
    requetes: int
    lignes: int
    tampons: int
    ms: float  # of processor, of the web process
    octets: int  # compressed
    elements: int


class Elements(HTMLParser):
    """How many elements a page has; those inside a drawing count for one."""

    def __init__(self) -> None:
        super().__init__()
        self.combien = 0
        self._dessins = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._dessins:
            self.combien += 1
        self._dessins += tag == "svg"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.combien += not self._dessins

    def handle_endtag(self, tag: str) -> None:
        self._dessins -= tag == "svg"


# --- What the database reads ----------------------------------------------------------------------


@contextmanager
def requetes_comptees(lues: list[tuple[str, Any]]) -> Iterator[None]:
    """`lues` learns each order, with its values."""
    from django.db import connection

    def noter(
        executer: Callable[..., Any], sql: str, params: Any, many: bool, contexte: Any
    ) -> Any:
        lues.append((sql, params))
        return executer(sql, params, many, contexte)

    with connection.execute_wrapper(noter):
        yield


def expliquer(lues: list[tuple[str, Any]]) -> tuple[int, int]:
    """(rows, buffers) that the readings among these read, as PostgreSQL counts them."""
    from django.db import connection, transaction

    lignes = tampons = 0
    for sql, params in lues:
        if not LU.match(sql) or "FOR UPDATE" in sql or "FOR NO KEY" in sql:
            continue
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}", params)
            [plan] = curseur.fetchone()[0]
        racine = plan["Plan"]
        tampons += racine["Shared Hit Blocks"] + racine["Shared Read Blocks"]
        lignes += sum(_lues(noeud) for noeud in _noeuds(racine))
    return lignes, tampons


def _noeuds(noeud: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield noeud
    for dessous in noeud.get("Plans", ()):
        yield from _noeuds(dessous)


def _lues(noeud: dict[str, Any]) -> int:
    """The rows that a scan touched, those that it put aside with them."""
    if "Scan" not in noeud["Node Type"]:
        return 0
    ecartees = sum(noeud.get(f"Rows Removed by {quoi}", 0) for quoi in ("Filter", "Index Recheck"))
    return round((noeud["Actual Rows"] + ecartees) * noeud["Actual Loops"])


# --- The walk -------------------------------------------------------------------------------------


def client_de(role: str) -> Any:
    """A browser of this role; nobody's pages are made, not taken from memory."""
    from django.conf import settings
    from django.test import Client

    from appels.demonstration import personnes
    from partenaires.models import Utilisateur

    client = Client(raise_request_exception=False, HTTP_HOST="127.0.0.1")
    if role == "anonyme":
        client.cookies[settings.SESSION_COOKIE_NAME] = "mesure"
        return client
    personne = Utilisateur.objects.get(email=f"{role}@{personnes.DOMAINE}")
    client.force_login(personne, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def decouvrir(client: Any, departs: tuple[str, ...]) -> dict[str, str]:
    """{name of an address: one that exists}, from link to link."""
    from django.urls import Resolver404, resolve

    trouvees: dict[str, str] = {}
    vues: Counter[str] = Counter()
    a_voir = deque(departs)
    connues = set(departs)
    while a_voir and vues.total() < PAGES_MAX:
        chemin = a_voir.popleft()
        try:
            nom = resolve(chemin.partition("?")[0]).view_name
        except Resolver404:
            continue
        if vues[nom] >= PAR_NOM:
            continue
        vues[nom] += 1
        reponse = client.get(chemin)
        corps = b"".join(reponse)
        if reponse.status_code != 200:
            continue
        trouvees.setdefault(nom, chemin)
        if not reponse["Content-Type"].startswith("text/html"):
            continue
        for suivant in _liens(corps.decode(errors="replace")):
            if suivant not in connues:
                connues.add(suivant)
                a_voir.append(suivant)
    return trouvees


def _liens(page: str) -> Iterator[str]:
    """The addresses of ours that a page leads to."""
    for lien in LIENS.findall(page):
        suivant = lien.replace("&amp;", "&")
        if suivant.startswith("/") and not suivant.startswith(MUETTES):
            yield suivant


def a_mesurer(role: str, trouvees: dict[str, str]) -> dict[str, str]:
    """The addresses of a role, and what the lists are asked at their heaviest."""
    chemins = dict(trouvees)
    if "appels:instruction" in trouvees:
        for demande in LISTES:
            chemins[f"appels:instruction ?{demande}"] = f"/instruction/?appel=tous&{demande}"
            chemins[f"appels:instruction cet appel ?{demande}"] = f"/instruction/?{demande}"
    if role == "anonyme":
        for demande in PROJETS:
            chemins[f"appels:projets ?{demande}"] = f"/projets/?{demande}"
    return chemins


def mesurer(client: Any, role: str, nom: str, chemin: str) -> Mesure | None:
    """What a page costs once the process has served it; None when it is not there any more."""
    reponse = client.get(chemin)
    corps = b"".join(reponse)
    if reponse.status_code != 200:
        return None
    debut = time.process_time()
    b"".join(client.get(chemin))
    ms = (time.process_time() - debut) * 1000
    lues: list[tuple[str, Any]] = []
    with requetes_comptees(lues):
        b"".join(client.get(chemin))
    lignes, tampons = expliquer(lues)
    elements = Elements()
    if reponse["Content-Type"].startswith("text/html"):
        elements.feed(corps.decode(errors="replace"))
    return Mesure(
        role=role,
        nom=nom,
        chemin=chemin,
        requetes=len(lues),
        lignes=lignes,
        tampons=tampons,
        ms=round(ms, 1),
        octets=len(gzip.compress(corps, 6)),
        elements=elements.combien,
    )


def parcourir() -> dict[str, Any]:
    """Every page of every role, and the addresses of the table that no page leads to."""
    from contrat_ville import acces

    mesures = []
    vus = set()
    for role in ROLES:
        client = client_de(role)
        trouvees = decouvrir(client, DEPARTS.get(role, ("/dossiers/", "/plan-du-site/")))
        vus |= set(trouvees)
        for nom, chemin in sorted(a_mesurer(role, trouvees).items()):
            print(role, nom, chemin, file=sys.stderr, flush=True)
            if mesure := mesurer(client, role, nom, chemin):
                mesures.append(mesure)
    lisibles = {nom for nom, porte in acces.table().items() if not porte.est_un_geste}
    return {
        "mesures": [asdict(mesure) for mesure in mesures],
        "sans_lien": sorted(lisibles - vus),
    }


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(parcourir()))
