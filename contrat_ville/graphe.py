"""Who imports whom in the product: read from the source, nothing is executed."""

import ast
from collections.abc import Iterator
from pathlib import Path

APPS = ("quartiers", "partenaires", "appels", "contrat_ville")
# From the ground up; a floor imports only what stands below it, and its neighbours on one line do
# not import one another. Django's own folders of `appels` stand where they are used.
ETAGES = (
    ("quartiers",),
    ("partenaires",),
    ("appels.models",),
    ("appels.socle",),
    ("appels.templatetags",),
    ("appels.redaction",),
    ("appels.depot", "appels.public"),
    ("appels.instruction",),
    ("appels.decision",),
    ("appels.suites",),
    ("appels.demonstration",),
    ("appels.tasks", "appels.urls", "appels.management"),
    ("contrat_ville",),
)

Graphe = dict[str, set[str]]


def modules(racine: Path, app: str) -> Iterator[tuple[Path, str]]:
    """(file, dotted name) of every module of an app."""
    for chemin in sorted((racine / app).rglob("*.py")):
        parties = chemin.relative_to(racine).with_suffix("").parts
        yield chemin, ".".join(parties).removesuffix(".__init__")


def importes(chemin: Path) -> set[str]:
    """Every name that a file imports, inside its functions too."""
    noms = set()
    for noeud in ast.walk(ast.parse(chemin.read_text(encoding="utf-8"))):
        if isinstance(noeud, ast.Import):
            noms.update(alias.name for alias in noeud.names)
        elif isinstance(noeud, ast.ImportFrom):
            if noeud.level:
                raise ValueError(f"{chemin} : import relatif")
            noms.add(noeud.module)
            noms.update(f"{noeud.module}.{alias.name}" for alias in noeud.names)
    return noms


def lire(racine: Path) -> Graphe:
    """{module: the modules of the product that it imports}.

    A module that imports its own package is not an arrow: Python loads the package first anyway.
    """
    bruts = {
        nom: importes(chemin)
        for app in APPS
        if (racine / app).is_dir()
        for chemin, nom in modules(racine, app)
    }
    graphe = {}
    for nom, cibles in bruts.items():
        autres = cibles & bruts.keys() - {nom}
        graphe[nom] = {cible for cible in autres if not nom.startswith(f"{cible}.")}
    return graphe


def cercles(graphe: Graphe) -> list[list[str]]:
    """Each group of modules that import one another (Tarjan), sorted."""
    ordre: dict[str, int] = {}
    bas: dict[str, int] = {}
    pile: list[str] = []
    trouves = []

    def visiter(nom: str) -> None:
        ordre[nom] = bas[nom] = len(ordre)
        pile.append(nom)
        for cible in graphe[nom]:
            if cible not in ordre:
                visiter(cible)
                bas[nom] = min(bas[nom], bas[cible])
            elif cible in pile:
                bas[nom] = min(bas[nom], ordre[cible])
        if bas[nom] == ordre[nom]:
            rang = pile.index(nom)
            groupe = sorted(pile[rang:])
            del pile[rang:]
            if len(groupe) > 1:
                trouves.append(groupe)

    for nom in graphe:
        if nom not in ordre:
            visiter(nom)
    return sorted(trouves)


def etage(module: str) -> tuple[int, str] | None:
    """(height, room) of a module; None when no floor is declared for it."""
    for hauteur, pieces in enumerate(ETAGES):
        for piece in pieces:
            if module == piece or module.startswith(f"{piece}."):
                return hauteur, piece
    return None


def a_rebours(graphe: Graphe) -> list[tuple[str, str]]:
    """Each import that climbs, or that goes to a neighbour of the same floor: (from, to)."""
    fautes = []
    for nom, cibles in graphe.items():
        depart = etage(nom)
        for cible in cibles:
            arrivee = etage(cible)
            if depart is None or arrivee is None:
                continue
            grimpe = arrivee[0] > depart[0]
            voisine = arrivee[0] == depart[0] and arrivee[1] != depart[1]
            if grimpe or voisine:
                fautes.append((nom, cible))
    return sorted(fautes)
