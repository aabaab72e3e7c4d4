"""The documents that the code writes of itself: its states, its rooms, the album of its pages.

`manage.py documenter` writes them; a test compares them with the code and says when they are stale.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from appels.models.etats import TRANSITIONS, Etat, Transition
from contrat_ville import graphe, photographies

RACINE = Path(__file__).resolve().parent.parent
TUS = {"__init__", "apps", "wsgi"}  # what Django and the server ask for: nothing to say of them
AVIS = (
    "<!-- Written by `python3 manage.py documenter` from the code: change the code, not this. -->"
)


def tous() -> dict[Path, str]:
    """{file: what it must hold}, from the code as it is now."""
    return {
        RACINE / "docs" / "etats.md": etats(),
        RACINE / "docs" / "pieces.md": pieces(),
        RACINE / "docs" / "pages.md": photographies.album(),
    }


def perimes() -> list[str]:
    """The documents that no longer say what the code does, by their path from the root."""
    return [
        str(chemin.relative_to(RACINE))
        for chemin, texte in tous().items()
        if not chemin.exists() or chemin.read_text(encoding="utf-8") != texte
    ]


def ecrire() -> list[str]:
    """Write those that are stale; returns their paths."""
    anciens = perimes()
    for chemin, texte in tous().items():
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(texte, encoding="utf-8")
    return anciens


# --- States -------------------------------------------------------------------------------------


def etats() -> str:
    """`docs/etats.md`: the diagram, the states, the transitions and the action of each."""
    return "\n".join(
        [
            "# The states of a dossier",
            "",
            AVIS,
            "",
            "From `appels/models/etats.py`. `Dossier.franchir` is the only door between two",
            "states: it refuses a verb that does not start from the present one, and logs a",
            "`Passage`. What funders decide is no state: it is derived from their decisions",
            "(`appels/socle/aboutissement.py`).",
            "",
            "```mermaid",
            *diagramme(),
            "```",
            "",
            "## States",
            "",
            "| state | what people read |",
            "|---|---|",
            *[f"| `{etat.value}` | {etat.label} |" for etat in Etat],
            "",
            "## Transitions",
            "",
            "| verb | in the log | from | to | done by |",
            "|---|---|---|---|---|",
            *[ligne_de_transition(verbe) for verbe in Transition],
            "",
        ]
    )


def diagramme() -> list[str]:
    """The lines of a Mermaid `stateDiagram-v2`."""
    lignes = ["stateDiagram-v2"]
    lignes += [f'    state "{etat.label}" as {etat.value}' for etat in Etat]
    lignes.append(f"    [*] --> {Etat.BROUILLON.value}")
    for verbe, (departs, arrivee) in TRANSITIONS.items():
        for depart in dans_l_ordre(departs):
            lignes.append(f"    {depart.value} --> {arrivee.value} : {verbe.label}")
    quittes = {depart for departs, _ in TRANSITIONS.values() for depart in departs}
    lignes += [f"    {etat.value} --> [*]" for etat in Etat if etat not in quittes]
    return lignes


def ligne_de_transition(verbe: Transition) -> str:
    """A row of the table of transitions."""
    departs, arrivee = TRANSITIONS[verbe]
    de = ", ".join(f"`{depart.value}`" for depart in dans_l_ordre(departs))
    par = ", ".join(f"`{action}`" for action in actions_de(verbe))
    return f"| `{verbe.value}` | {verbe.label} | {de} | `{arrivee.value}` | {par} |"


def dans_l_ordre(etats_voulus: set[Etat]) -> list[Etat]:
    """The same states as they are declared: a set has no order to print."""
    return [etat for etat in Etat if etat in etats_voulus]


def actions_de(verbe: Transition) -> list[str]:
    """« depot.actions.arret.retirer »: the functions of `actions` that name this verb."""
    trouvees = []
    for chemin in sorted((RACINE / "appels").rglob("actions/*.py")):
        corps = ast.parse(chemin.read_text(encoding="utf-8")).body
        fonctions = [noeud for noeud in corps if isinstance(noeud, ast.FunctionDef)]
        noms = {fonction.name for fonction in fonctions if nomme(fonction, verbe.name)}
        module = ".".join(chemin.relative_to(RACINE / "appels").with_suffix("").parts)
        trouvees += [f"{module}.{nom}" for nom in sorted(publiques(fonctions, noms))]
    return trouvees


def publiques(fonctions: list[ast.FunctionDef], noms: set[str]) -> set[str]:
    """These functions; instead of a part of an action (`_numeroter`), those that call it."""
    vues: set[str] = set()
    while parties := {nom for nom in noms if nom.startswith("_")} - vues:
        vues |= parties
        noms = noms | {fonction.name for fonction in fonctions if appelle(fonction, parties)}
    return noms - vues


def appelle(fonction: ast.FunctionDef, noms: set[str]) -> bool:
    """True when the function calls one of these by its name."""
    return any(
        isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Name) and noeud.func.id in noms
        for noeud in ast.walk(fonction)
    )


def nomme(fonction: ast.FunctionDef, verbe: str) -> bool:
    """True when the function names `Transition.<verbe>`."""
    return any(
        isinstance(noeud, ast.Attribute)
        and noeud.attr == verbe
        and isinstance(noeud.value, ast.Name)
        and noeud.value.id == "Transition"
        for noeud in ast.walk(fonction)
    )


# --- Rooms --------------------------------------------------------------------------------------


def pieces() -> str:
    """`docs/pieces.md`: each wing and what is in it, by the first sentence of its docstring."""
    lignes = [
        "# The rooms",
        "",
        AVIS,
        "",
        "Each module and the first sentence that it says of itself. A module of models is said by",
        "its classes. The words are in [lexique.md](lexique.md).",
    ]
    for app in apps():
        lignes += ["", f"## {app}", "", phrase(RACINE / app / "__init__.py")]
        for dossier in ailes(app):
            lignes += ["", *une_aile(dossier)]
    return "\n".join([*lignes, ""])


def apps() -> list[str]:
    """The apps in the order of their imports."""
    return [app for ligne in graphe.APPS for app in ligne]


def ailes(app: str) -> list[Path]:
    """The root of an app, then its folders in the order of the procedure."""
    dossiers = [
        enfant
        for enfant in (RACINE / app).iterdir()
        if (enfant / "__init__.py").exists() and enfant.name != "migrations"
    ]
    ordre = [aile for ligne in graphe.AILES.get(app, [["models"]]) for aile in ligne]

    def rang(dossier: Path) -> tuple[int, str]:
        """Those that have no place in the order, of Django, come last."""
        place = ordre.index(dossier.name) if dossier.name in ordre else len(ordre)
        return place, dossier.name

    return [RACINE / app, *sorted(dossiers, key=rang)]


def une_aile(dossier: Path) -> list[str]:
    """The title of a wing, its sentence and the table of its modules."""
    est_la_racine = dossier.parent == RACINE
    modules = sorted(dossier.glob("*.py") if est_la_racine else dossier.rglob("*.py"))
    lignes = ["| room | what |", "|---|---|"]
    for module in modules:
        if module.stem not in TUS:
            nom = module.relative_to(dossier).as_posix()
            lignes += [f"| `{nom}`{de} | {dit} |" for de, dit in ce_que_dit(module)]
    if est_la_racine:
        return lignes
    titre = f"### {dossier.relative_to(RACINE).as_posix()}"
    aile = phrase(dossier / "__init__.py")
    return [titre, "", *([aile, ""] if aile else []), *lignes]


def ce_que_dit(module: Path) -> Iterator[tuple[str, str]]:
    """("", sentence) of a module; without one, (" `Class`", sentence) for each of its classes."""
    if dit := phrase(module):
        yield "", dit
        return
    for classe in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(classe, ast.ClassDef) and (dit := premiere_phrase(classe)):
            yield f" `{classe.name}`", dit


def phrase(module: Path) -> str:
    """The first sentence of the docstring of a module; "" when it has none."""
    return premiere_phrase(ast.parse(module.read_text(encoding="utf-8")))


def premiere_phrase(noeud: ast.Module | ast.ClassDef) -> str:
    """Up to the first full stop, on one line, safe in a cell of a table."""
    paragraphe = (ast.get_docstring(noeud) or "").split("\n\n")[0]
    texte = " ".join(paragraphe.split()).replace("|", "\\|")
    return re.split(r"(?<=\.)\s", texte)[0]
