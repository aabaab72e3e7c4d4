"""How readable the source is, in figures (`manage.py mesurer --code`); each is counted on the
source itself, so that two checkouts compare.
"""

import ast
import importlib.util
import io
import os
import subprocess
import sys
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from contrat_ville import graphe

LIGNES_FONCTION, COMPLEXITE, LIGNES_FICHIER, LIGNE_GABARIT = 50, 10, 400, 160
JETONS_MAX, PIECES_MAX = 7, 12
# Marks of layout, not words that somebody reads.
SANS_MOTS = {
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.COMMENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
FONCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
EMBRANCHEMENTS = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.IfExp,
    ast.match_case,
)


@dataclass
class Python:
    """The counts of a set of Python files."""

    fichiers: int = 0
    lignes: int = 0  # blank ones apart
    jetons: int = 0
    commentaires: int = 0  # lines that carry one
    ternaires: int = 0
    comprehensions: int = 0
    doubles: int = 0  # `a, b = x, y`
    fonctions: int = 0
    documentees: int = 0
    longues: int = 0
    complexes: int = 0
    arguments: int = 0
    annotes: int = 0
    fichiers_longs: list[str] = field(default_factory=list)

    @property
    def jetons_par_ligne(self) -> float:
        return round(self.jetons / max(self.lignes, 1), 2)

    def par_mille(self, nombre: int) -> float:
        """So many per thousand lines."""
        return round(1000 * nombre / max(self.lignes, 1), 1)


@dataclass
class Mesure:
    """One line of the table."""

    nom: str
    valeur: str
    cible: str = ""
    tenue: bool = True


def fichiers_du_produit(racine: Path) -> list[Path]:
    """The apps, the wires and manage.py, without the migrations."""
    trouves = [
        chemin
        for app in graphe.toutes_les_apps()
        for chemin in sorted((racine / app).rglob("*.py"))
        if "migrations" not in chemin.parts
    ]
    lanceur = racine / "manage.py"
    return [*trouves, lanceur] if lanceur.exists() else trouves


def compter(racine: Path, fichiers: Iterable[Path]) -> Python:
    """The counts of these files together."""
    total = Python()
    for chemin in fichiers:
        texte = chemin.read_text(encoding="utf-8")
        total.fichiers += 1
        if len(texte.splitlines()) > LIGNES_FICHIER:
            total.fichiers_longs.append(chemin.relative_to(racine).as_posix())
        _compter_les_lignes(texte, total)
        for noeud in ast.walk(ast.parse(texte)):
            _compter_un_noeud(noeud, total)
    return total


def _compter_les_lignes(texte: str, total: Python) -> None:
    for ligne in texte.splitlines():
        if ligne.strip():
            total.lignes += 1
    for jeton in tokenize.generate_tokens(io.StringIO(texte).readline):
        if jeton.type not in SANS_MOTS:
            total.jetons += 1
        if jeton.type == tokenize.COMMENT:
            total.commentaires += 1


def _compter_un_noeud(noeud: ast.AST, total: Python) -> None:
    if isinstance(noeud, ast.IfExp):
        total.ternaires += 1
    elif isinstance(noeud, COMPREHENSIONS):
        total.comprehensions += 1
    elif isinstance(noeud, ast.Assign):
        cible = noeud.targets[0]
        if isinstance(cible, ast.Tuple) and isinstance(noeud.value, ast.Tuple):
            total.doubles += 1
    elif isinstance(noeud, FONCTIONS):
        _compter_une_fonction(noeud, total)


def _compter_une_fonction(fonction: ast.FunctionDef | ast.AsyncFunctionDef, total: Python) -> None:
    total.fonctions += 1
    if ast.get_docstring(fonction):
        total.documentees += 1
    fin = fonction.end_lineno or fonction.lineno
    if fin - fonction.lineno + 1 > LIGNES_FONCTION:
        total.longues += 1
    if complexite(fonction) > COMPLEXITE:
        total.complexes += 1
    for argument in _arguments(fonction):
        total.arguments += 1
        if argument.annotation:
            total.annotes += 1


def _arguments(fonction: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    """What a caller gives: `self` and `cls` are not given."""
    signature = fonction.args
    tous = [*signature.posonlyargs, *signature.args, *signature.kwonlyargs]
    tous += [reste for reste in (signature.vararg, signature.kwarg) if reste]
    return [argument for argument in tous if argument.arg not in ("self", "cls")]


def complexite(fonction: ast.AST) -> int:
    """The ways through a function, those inside an expression counted: a ternary, each `and` and
    `or`, each `for` and `if` of a comprehension. A function inside has its own count.
    """
    chemins, a_lire = 1, list(ast.iter_child_nodes(fonction))
    while a_lire:
        noeud = a_lire.pop()
        if isinstance(noeud, FONCTIONS):
            continue
        if isinstance(noeud, EMBRANCHEMENTS):
            chemins += 1
        elif isinstance(noeud, ast.BoolOp):
            chemins += len(noeud.values) - 1
        elif isinstance(noeud, ast.comprehension):
            chemins += 1 + len(noeud.ifs)
        a_lire.extend(ast.iter_child_nodes(noeud))
    return chemins


def gabarits(racine: Path) -> tuple[int, int, int]:
    """(lines, lines beyond the width, length of the longest) of the pages and papers; a line of a
    mail is a line that somebody receives, it is not ours to cut.
    """
    lignes = [
        len(ligne)
        for chemin in sorted((racine / "templates").rglob("*.html"))
        for ligne in chemin.read_text(encoding="utf-8").splitlines()
    ]
    trop_longues = sum(longueur > LIGNE_GABARIT for longueur in lignes)
    return len(lignes), trop_longues, max(lignes, default=0)


def pieces(racine: Path) -> list[str]:
    """The rooms at the root of `appels/`: its modules and packages. Those that Django names say
    nothing of the procedure and do not count.
    """
    noms = {
        chemin.stem
        for chemin in (racine / "appels").iterdir()
        if chemin.suffix == ".py" or (chemin / "__init__.py").exists()
    }
    return sorted(noms - graphe.DE_DJANGO - {"__init__"})


def erreurs_de_types(racine: Path) -> int | None:
    """What mypy reports; None where it is not installed, or told nothing by this checkout."""
    reglages = racine / "pyproject.toml"
    est_regle = reglages.exists() and "[tool.mypy]" in reglages.read_text(encoding="utf-8")
    if not est_regle or importlib.util.find_spec("mypy") is None:
        return None
    dit = subprocess.run(
        [sys.executable, "-m", "mypy"],
        cwd=racine,
        env={**os.environ, "MODE": "epreuve"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return sum(": error:" in ligne for ligne in dit.splitlines())


def mesurer(racine: Path) -> list[Mesure]:
    """The table of a checkout."""
    produit = compter(racine, fichiers_du_produit(racine))
    epreuves = compter(racine, sorted((racine / "tests").rglob("*.py")))
    return [
        *_mesures_du_python(produit, epreuves),
        *_mesures_des_gabarits(racine),
        *_mesures_du_plan(racine),
    ]


def _mesures_du_python(produit: Python, epreuves: Python) -> list[Mesure]:
    return [
        Mesure("fichiers Python (produit, épreuves)", f"{produit.fichiers}, {epreuves.fichiers}"),
        Mesure("lignes non vides (produit, épreuves)", f"{produit.lignes}, {epreuves.lignes}"),
        Mesure(
            "jetons par ligne, produit",
            f"{produit.jetons_par_ligne:.2f}",
            f"≤ {JETONS_MAX}",
            produit.jetons_par_ligne <= JETONS_MAX,
        ),
        Mesure("jetons par ligne, épreuves", f"{epreuves.jetons_par_ligne:.2f}"),
        Mesure("ternaires pour 1 000 lignes", f"{produit.par_mille(produit.ternaires)}"),
        Mesure("compréhensions pour 1 000 lignes", f"{produit.par_mille(produit.comprehensions)}"),
        Mesure("« a, b = x, y » pour 1 000 lignes", f"{produit.par_mille(produit.doubles)}"),
        Mesure(f"fonctions de plus de {LIGNES_FONCTION} lignes", f"{produit.longues}"),
        Mesure(f"fonctions de complexité au-delà de {COMPLEXITE}", f"{produit.complexes}"),
        Mesure(f"fichiers de plus de {LIGNES_FICHIER} lignes", _liste(produit.fichiers_longs)),
        Mesure("fonctions documentées", _pourcent(produit.documentees, produit.fonctions)),
        Mesure(
            "commentaires pour 100 lignes", f"{produit.par_mille(produit.commentaires) / 10:.1f}"
        ),
        Mesure("arguments annotés", _pourcent(produit.annotes, produit.arguments)),
    ]


def _mesures_des_gabarits(racine: Path) -> list[Mesure]:
    lignes, trop_longues, plus_longue = gabarits(racine)
    return [
        Mesure("lignes de gabarit", f"{lignes}"),
        Mesure(
            f"lignes de gabarit au-delà de {LIGNE_GABARIT} caractères",
            f"{trop_longues} (la plus longue : {plus_longue})",
            "0",
            trop_longues == 0,
        ),
    ]


def _mesures_du_plan(racine: Path) -> list[Mesure]:
    nombre = len(pieces(racine))
    cercles, remontees = graphe.cercles(racine), graphe.remontees(racine)
    types = erreurs_de_types(racine)
    return [
        Mesure(
            "pièces à la racine d’appels/", f"{nombre}", f"≤ {PIECES_MAX}", nombre <= PIECES_MAX
        ),
        Mesure("cercles d’imports", f"{len(cercles)}", "0", not cercles),
        Mesure("flèches à rebours", f"{len(remontees)}", "0", not remontees),
        Mesure("erreurs de mypy", "mypy n’est pas là" if types is None else f"{types}"),
    ]


def _pourcent(part: int, tout: int) -> str:
    return f"{round(100 * part / max(tout, 1))} %"


def _liste(noms: list[str]) -> str:
    return f"{len(noms)} ({', '.join(noms)})" if noms else "0"


def tableau(mesures: list[Mesure]) -> str:
    """The table as text, a figure a line."""
    largeur = max(len(mesure.nom) for mesure in mesures)
    lignes = []
    for mesure in mesures:
        ligne = f"{mesure.nom:<{largeur}}  {mesure.valeur}"
        if mesure.cible:
            verdict = "tenu" if mesure.tenue else "MANQUÉ"
            ligne += f"  (cible : {mesure.cible}, {verdict})"
        lignes.append(ligne)
    return "\n".join(lignes)
