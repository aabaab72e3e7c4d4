"""Two sizes of the same portal, page by page: what grows, what changed since the last run.

Used by `manage.py mesurer --pages`. Only counts decide (queries, rows, buffers, elements): times
are printed beside, and no neighbour of the machine makes a verdict.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from contrat_ville import services
from contrat_ville.mesures_pages import ESPACES

CROISSANCE_MAX = 1.5
# Under these, a page is light whatever it was: a ratio of two small numbers says nothing
LIGNES_LEGERES, TAMPONS_LEGERS = 300, 500
GARDEES = Path(settings.RACINE) / "appels" / "socle" / "donnees" / "pages.json"
Cle = tuple[str, str]  # (role, name)
Lues = dict[Cle, dict[str, Any]]


@dataclass(frozen=True)
class Ecart:
    """A page that costs more than it may, in words."""

    cle: Cle
    phrase: str

    def __str__(self) -> str:
        return f"{self.cle[0]} {self.cle[1]} : {self.phrase}"


def relever(dossiers: int, subventions: int) -> dict[str, Any]:
    """The walk over a private PostgreSQL, as it is shipped, filled with so many dossiers."""
    with services.postgresql() as base, tempfile.TemporaryDirectory(prefix="pages-") as donnees:
        environnement = {
            **os.environ,
            "DATABASE_URL": base,
            "DONNEES": donnees,
            "MODE": "demo",
            "DJANGO_SETTINGS_MODULE": "contrat_ville.settings",
        }
        _jouer("contrat_ville.semis_entiers", [str(dossiers), str(subventions)], environnement)
        lu: dict[str, Any] = json.loads(_jouer("contrat_ville.mesures_pages", [], environnement))
    return lu


def _jouer(module: str, arguments: list[str], environnement: dict[str, str]) -> str:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=settings.RACINE,
        check=True,
        env=environnement,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def par_page(releve: dict[str, Any]) -> Lues:
    """{(role, name): what it costs}."""
    return {(lu["role"], lu["nom"]): lu for lu in releve["mesures"]}


def ecarts(petite: Lues, grande: Lues) -> list[Ecart]:
    """What grows with the number of dossiers: queries at all, rows or buffers beyond the bound."""
    trouves = []
    for cle, lu in sorted(grande.items()):
        avant = petite.get(cle)
        if avant is None:
            continue
        if lu["requetes"] > avant["requetes"]:
            phrase = f"{avant['requetes']} requêtes, puis {lu['requetes']}"
            trouves.append(Ecart(cle, phrase))
        for quoi, leger in (("lignes", LIGNES_LEGERES), ("tampons", TAMPONS_LEGERS)):
            if lu[quoi] > leger and lu[quoi] > CROISSANCE_MAX * max(avant[quoi], 1):
                trouves.append(Ecart(cle, f"{avant[quoi]} {quoi}, puis {lu[quoi]}"))
    return trouves


def changements(avant: dict[str, Any], grande: Lues) -> list[str]:
    """What each page asks more or less than at the last run, in queries."""
    phrases = []
    gardees = {(lu["role"], lu["nom"]): lu for lu in avant.get("pages", ())}
    for cle, lu in sorted(grande.items()):
        garde = gardees.get(cle)
        if garde and garde["requetes"] != lu["requetes"]:
            phrases.append(
                f"{cle[0]} {cle[1]} : {garde['requetes']} puis {lu['requetes']} requêtes"
            )
    return phrases


def gardees() -> dict[str, Any]:
    """What the last run kept; nothing before the first."""
    if not GARDEES.exists():
        return {}
    contenu: dict[str, Any] = json.loads(GARDEES.read_text(encoding="utf-8"))
    return contenu


def garder(petite: Lues, grande: Lues, tailles: dict[str, int], le: str) -> None:
    """Every page of the large one, with what it cost on the small one."""
    pages = []
    for cle, lu in sorted(grande.items()):
        avant = petite.get(cle, lu)
        pages.append(
            {
                "espace": ESPACES[cle[0]],
                "role": cle[0],
                "nom": cle[1],
                "requetes": lu["requetes"],
                "lignes": [avant["lignes"], lu["lignes"]],
                "tampons": [avant["tampons"], lu["tampons"]],
                "ms": [avant["ms"], lu["ms"]],
                "ko": round(lu["octets"] / 1000, 1),
                "elements": lu["elements"],
            }
        )
    tete = json.dumps({"le": le, "tailles": tailles}, ensure_ascii=False)[:-1]
    # One page a line, so that what changes is read in a difference
    lignes = ",\n ".join(json.dumps(page, ensure_ascii=False) for page in pages)
    GARDEES.write_text(f'{tete}, "pages": [\n {lignes}\n]}}\n', encoding="utf-8")
