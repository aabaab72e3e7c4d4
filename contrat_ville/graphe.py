"""Who imports whom in the product, and the order that the house keeps: read from the source,
nothing is executed.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

# Each may import what stands before it; those of one line do not know each other.
APPS = [["quartiers"], ["partenaires"], ["appels"], ["contrat_ville"]]
AILES = {
    "partenaires": [
        ["models"],
        ["socle"],
        ["organismes"],
        ["comptes"],
        ["contenus"],
        ["concertation"],
        ["urls"],
    ],
    "appels": [
        ["models"],
        ["socle"],
        ["redaction"],
        ["depot", "public"],
        ["instruction"],
        ["decision"],
        ["suites"],
        ["demonstration"],
        ["tasks", "urls"],
    ],
}
# Inside a wing: its own rules, then what acts and what reads a form, then pages, then addresses.
ETAGES = [["regles"], ["actions", "forms"], ["vues"], ["urls"]]
# Django asks for these at the root of an app; they stand outside the order.
DE_DJANGO = {"apps", "management", "migrations"}


def modules(racine: Path, app: str) -> Iterator[tuple[Path, str]]:
    """(path, dotted name) of every module of an app."""
    for chemin in sorted((racine / app).rglob("*.py")):
        relatif = chemin.relative_to(racine).with_suffix("")
        yield chemin, ".".join(relatif.parts).removesuffix(".__init__")


def importes(chemin: Path) -> set[str]:
    """Every module imported, inline ones too, and by name as a string."""
    noms: set[str] = set()
    for noeud in ast.walk(ast.parse(chemin.read_text(encoding="utf-8"))):
        if isinstance(noeud, ast.Import):
            noms |= {alias.name for alias in noeud.names}
        elif isinstance(noeud, ast.ImportFrom):
            if noeud.level or not noeud.module:
                raise ValueError(f"{chemin} : import relatif")
            noms |= {noeud.module} | {f"{noeud.module}.{alias.name}" for alias in noeud.names}
        elif isinstance(noeud, ast.Call) and (nom := importe_par_son_nom(noeud)):
            noms.add(nom)
    return noms


def importe_par_son_nom(appel: ast.Call) -> str:
    """« a » of `__import__("a")` or `import_module("a")`, another way to import; else empty."""
    fonction = getattr(appel.func, "attr", None) or getattr(appel.func, "id", None)
    if fonction not in ("__import__", "import_module"):
        return ""
    premier = appel.args[0] if appel.args else None
    return str(premier.value) if isinstance(premier, ast.Constant) else ""


def toutes_les_apps() -> list[str]:
    return [app for rang in APPS for app in rang]


def remontees(racine: Path) -> list[tuple[str, str]]:
    """(module, what it imports) for each arrow that goes up: between apps, wings or floors."""
    fautes = []
    for app in toutes_les_apps():
        for chemin, nom in modules(racine, app):
            for cible in importes(chemin):
                if remonte(nom, cible):
                    fautes.append((nom, cible))
    return fautes


def remonte(nom: str, cible: str) -> bool:
    """True when `nom` may not import `cible`; raises `KeyError` for a room without a place."""
    de, vers = nom.split("."), cible.split(".")
    if vers[0] not in toutes_les_apps():
        return False
    if de[0] != vers[0]:
        return not precede(APPS, vers[0], de[0])
    if de[0] not in AILES or len(de) < 2 or len(vers) < 2 or de[1] in DE_DJANGO:
        return False
    if de[1] != vers[1]:
        return not precede(AILES[de[0]], vers[1], de[1])
    return etage(de) != etage(vers) and not precede(ETAGES, etage(vers), etage(de))


def precede(ordre: list[list[str]], avant: str, apres: str) -> bool:
    """True when `avant` stands on an earlier line than `apres`."""
    rangs = {nom: rang for rang, noms in enumerate(ordre) for nom in noms}
    for nom in (avant, apres):
        if nom not in rangs:
            raise KeyError(f"{nom} n’a pas de place dans {ordre}")
    return rangs[avant] < rangs[apres]


def etage(morceaux: list[str]) -> str:
    """The floor of a module inside its wing: what is no action, form, page or address is a rule."""
    tete = morceaux[2] if len(morceaux) > 2 else ""
    return tete if tete in ("actions", "forms", "vues", "urls") else "regles"


def cercles(racine: Path) -> list[str]:
    """Import circles between modules, as « a → b → a »."""
    graphe = {}
    for app in toutes_les_apps():
        for chemin, nom in modules(racine, app):
            graphe[nom] = importes(chemin)
    vus, trouves = set(), []

    def visiter(nom, pile):
        if nom in pile:
            trouves.append(" → ".join([*pile[pile.index(nom) :], nom]))
            return
        if nom in vus:
            return
        vus.add(nom)
        for cible in sorted(graphe[nom]):
            est_le_paquet_de = nom.startswith(f"{cible}.")
            if cible in graphe and cible != nom and not est_le_paquet_de:
                visiter(cible, [*pile, nom])

    for nom in sorted(graphe):
        visiter(nom, [])
    return trouves
