"""The house keeps its shape: import order, no circle, one clock, nothing left to do."""

import ast
import re
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parent.parent
# Each may import what stands before it; those of one line do not know each other.
APPS = [["quartiers"], ["partenaires"], ["appels"], ["contrat_ville"]]
AILES = {
    "partenaires": [["models"], ["socle"], ["organismes"], ["comptes"], ["contenus"], ["urls"]],
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


def modules(racine: Path, app: str):
    """(path, dotted name) of every module of an app."""
    for chemin in sorted((racine / app).rglob("*.py")):
        relatif = chemin.relative_to(racine).with_suffix("")
        yield chemin, ".".join(relatif.parts).removesuffix(".__init__")


def importes(chemin: Path) -> set[str]:
    """Every module imported, inline ones too, and by name as a string."""
    noms = set()
    for noeud in ast.walk(ast.parse(chemin.read_text(encoding="utf-8"))):
        if isinstance(noeud, ast.Import):
            noms |= {alias.name for alias in noeud.names}
        elif isinstance(noeud, ast.ImportFrom):
            assert noeud.level == 0, f"{chemin} : import relatif"
            noms |= {noeud.module} | {f"{noeud.module}.{alias.name}" for alias in noeud.names}
        elif isinstance(noeud, ast.Call) and appelle_import(noeud):
            noms.add(noeud.args[0].value)
    return noms


def appelle_import(appel: ast.Call) -> bool:
    """`__import__("a")` or `import_module("a")`: another way to import."""
    nom = getattr(appel.func, "attr", None) or getattr(appel.func, "id", None)
    if nom not in ("__import__", "import_module"):
        return False
    return bool(appel.args) and isinstance(appel.args[0], ast.Constant)


def remontees(racine: Path) -> list[tuple[str, str]]:
    """(module, what it imports) for each arrow that goes up: between apps, wings or floors."""
    fautes = []
    for app in [nom for rang in APPS for nom in rang]:
        for chemin, nom in modules(racine, app):
            for cible in importes(chemin):
                if remonte(nom, cible):
                    fautes.append((nom, cible))
    return fautes


def remonte(nom: str, cible: str) -> bool:
    """True when `nom` may not import `cible`."""
    de, vers = nom.split("."), cible.split(".")
    if vers[0] not in {app for rang in APPS for app in rang}:
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
    assert {avant, apres} <= set(rangs), f"{avant} ou {apres} n’a pas de place dans {ordre}"
    return rangs[avant] < rangs[apres]


def etage(morceaux: list[str]) -> str:
    """The floor of a module inside its wing: what is no action, form, page or address is a rule."""
    tete = morceaux[2] if len(morceaux) > 2 else ""
    return tete if tete in ("actions", "forms", "vues", "urls") else "regles"


def cercles(racine: Path) -> list[str]:
    """Import circles between modules, as « a → b → a »."""
    graphe = {}
    for app in [nom for rang in APPS for nom in rang]:
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


def test_rien_ne_remonte_ni_entre_apps_ni_entre_ailes_ni_entre_etages():
    assert remontees(RACINE) == []


def test_aucun_cercle_entre_modules():
    assert cercles(RACINE) == []


INTERDITS = [
    ("quartiers/carte.py", "from partenaires import droits"),
    ("appels/redaction/fusion.py", "from appels.depot.actions import depot"),
    ("appels/public/soutiens.py", "from appels.depot import attestations"),
    ("appels/decision/lettres.py", "from appels.decision.actions import decisions"),
    ("appels/depot/actions/arret.py", "from appels.depot.forms import depot"),
    (
        "appels/socle/droits.py",
        "def cache():\n    from appels.instruction import listes\n    return listes",
    ),
    ("appels/socle/suivi.py", 'listes = __import__("appels.instruction.listes")'),
]


@pytest.mark.parametrize(("fichier", "import_interdit"), INTERDITS)
def test_temoin_un_import_interdit_est_refuse(tmp_path, fichier, import_interdit):
    """Planted in a copy of the house, inline or by name too."""
    copie = copier_la_maison(tmp_path)
    chemin = copie / fichier
    chemin.write_text(chemin.read_text(encoding="utf-8") + "\n\n" + import_interdit + "\n")
    nom = fichier.removesuffix(".py").replace("/", ".")
    assert {de for de, _ in remontees(copie)} == {nom}


def test_temoin_un_cercle_est_vu(tmp_path):
    copie = copier_la_maison(tmp_path)
    chemin = copie / "quartiers/geometrie.py"
    chemin.write_text(chemin.read_text(encoding="utf-8") + "\n\nfrom quartiers import situation\n")
    assert len(cercles(copie)) >= 1


def copier_la_maison(ou: Path) -> Path:
    for rang in APPS:
        for app in rang:
            for chemin, _ in modules(RACINE, app):
                copie = ou / chemin.relative_to(RACINE)
                copie.parent.mkdir(parents=True, exist_ok=True)
                copie.write_bytes(chemin.read_bytes())
    return ou


def test_la_racine_d_appels_a_douze_portes_au_plus():
    entrees = {chemin.name for chemin in (RACINE / "appels").iterdir()}
    assert len(entrees - {"__init__.py", "__pycache__"}) <= 12


def tous_les_modules():
    """(path, dotted name, text) of every module of the house."""
    for rang in APPS:
        for app in rang:
            for chemin, nom in modules(RACINE, app):
                yield chemin, nom, chemin.read_text(encoding="utf-8")


HORLOGES = re.compile(
    r"timezone\.now|datetime\.now|datetime\.utcnow|date\.today|time\.time\(|auto_now"
)


def test_un_seul_acces_a_l_horloge():
    fautes = [
        nom
        for _, nom, texte in tous_les_modules()
        if nom != "quartiers.horloge" and HORLOGES.search(texte)
    ]
    assert fautes == []


def test_l_horloge_se_lit_par_son_module():
    """`horloge.maintenant()`: one function, so that one patch stops the time of a test."""
    copies = re.compile(r"from quartiers\.horloge import [^\n]*\bmaintenant\b")
    assert [nom for _, nom, texte in tous_les_modules() if copies.search(texte)] == []


def test_ni_page_ni_formulaire_ne_lisent_l_heure():
    """The first door reads it once a request; after it, only the worker and the commands do."""
    lecteurs = {nom for _, nom, texte in tous_les_modules() if "horloge.maintenant" in texte}
    assert {nom for nom in lecteurs if ".vues." in nom or ".forms." in nom} == set()


def test_les_vues_ne_changent_ni_etat_ni_statut():
    motif = re.compile(r"\.etat = |\.franchir\(|Etat\.")
    fautes = [
        nom for _, nom, texte in tous_les_modules() if ".vues." in nom and motif.search(texte)
    ]
    assert fautes == []


def test_rien_ne_reste_a_faire_et_personne_ne_s_appelle_utils():
    for chemin, nom, texte in tous_les_modules():
        assert not re.search(r"\b(TODO|FIXME|XXX)\b", texte), nom
        assert chemin.stem not in ("utils", "helpers", "signals", "admin"), nom


def test_les_pieces_tiennent_dans_l_oeil():
    longs = {
        nom: nombre
        for _, nom, texte in tous_les_modules()
        if "migrations" not in nom and (nombre := len(texte.splitlines())) > 400
    }
    assert longs == {}


def test_aucun_style_ni_script_en_ligne_dans_les_pages():
    motif = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=")
    fautes = [
        str(chemin)
        for chemin in (RACINE / "templates").rglob("*.html")
        if "pdf" not in chemin.parts and motif.search(chemin.read_text(encoding="utf-8"))
    ]
    assert fautes == []
