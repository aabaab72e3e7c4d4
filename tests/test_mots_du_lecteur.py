"""One word for a thing, for who reads too; nothing put together by hand that a helper agrees."""

import ast
import re
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parent.parent
GABARITS = sorted((RACINE / "templates").rglob("*.*"))
CODE = [
    fichier
    for app in ("quartiers", "partenaires", "appels")
    for fichier in sorted((RACINE / app).rglob("*.py"))
    if "migrations" not in fichier.parts
]
BALISE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)


def bannis() -> list[str]:
    """The last column of the table of docs/lexique.md."""
    lexique = (RACINE / "docs" / "lexique.md").read_text(encoding="utf-8")
    table = lexique.split("## What the reader reads")[1]
    mots = []
    for ligne in table.splitlines():
        cases = [case.strip() for case in ligne.strip("|").split("|")]
        if ligne.startswith("| ") and len(cases) == 3 and cases[0] != "Word":
            mots += [mot.strip() for mot in cases[2].split(",")]
    return mots


def phrases_du_code(fichier: Path) -> list[str]:
    """The sentences of a module: what is written with spaces and is no docstring."""
    arbre = ast.parse(fichier.read_text(encoding="utf-8"))
    muettes = set()
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Expr) and isinstance(noeud.value, ast.Constant):
            muettes.add(id(noeud.value))
    return [
        noeud.value
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.Constant)
        and isinstance(noeud.value, str)
        and id(noeud) not in muettes
        and re.search(r"[a-zé] [a-zéà]", noeud.value)
    ]


def lus() -> dict[str, str]:
    """{file: its words} of what somebody reads."""
    textes = {}
    for fichier in GABARITS:
        if fichier.suffix in (".html", ".txt"):
            brut = fichier.read_text(encoding="utf-8")
            textes[str(fichier.relative_to(RACINE))] = BALISE.sub(" ", brut)
    for fichier in CODE:
        textes[str(fichier.relative_to(RACINE))] = "\n".join(phrases_du_code(fichier))
    return textes


def test_un_mot_pour_une_chose():
    interdits = bannis()
    assert {"e-mail", "CRPA", "PDFs", "signer et déposer"} <= set(interdits)
    motif = re.compile(rf"(?<![\w@.-])(?:{'|'.join(map(re.escape, interdits))})(?![\w@=-])", re.I)
    trouves = {}
    for fichier, texte in lus().items():
        if mots := motif.findall(texte):
            trouves[fichier] = sorted(set(mots))
    assert trouves == {}


# What is agreed, elided or contracted by quartiers/francais.py and quartiers/articles.py.
A_LA_MAIN = {
    "pluralize": r"\|\s*pluralize",
    "une marque collée à une valeur": r"\}\}(?:s|x|e|es|ent)\b",
    "un pluriel en option": r"\w\((?:s|e|x|es|aux)\)",
    "une élision écrite d’avance": r"\b(?:d|l)’\{\{ *[a-z_.]+ *\}\}",
    "un nom sans son article": r"\bde \{\{ *(?!delai)[a-z_.]*"
    r"(?:appel|partenaire|porteur|utilisateur|personne|financeur) *\}\}",
}


@pytest.mark.parametrize("quoi", A_LA_MAIN)
def test_rien_n_est_accorde_a_la_main_dans_les_gabarits(quoi):
    motif = re.compile(A_LA_MAIN[quoi])
    trouves = {}
    for fichier in GABARITS:
        if fichier.suffix in (".html", ".txt"):
            if fautes := [m[0] for m in motif.finditer(fichier.read_text(encoding="utf-8"))]:
                trouves[fichier.name] = fautes
    assert trouves == {}


def test_rien_n_est_accorde_a_la_main_dans_le_code():
    noms = "(?:appel|partenaire|porteur|utilisateur|personne|financeur)"
    motif = re.compile(
        rf"""['"]s['"] if |\bde \{{[a-z_.]*{noms}\}}|\w\(s\)|[dl]’\{{[a-z_.]*{noms}\}}"""
    )
    fautes = {
        str(fichier.relative_to(RACINE)): motif.findall(fichier.read_text(encoding="utf-8"))
        for fichier in CODE
    }
    assert {fichier: dites for fichier, dites in fautes.items() if dites} == {}
