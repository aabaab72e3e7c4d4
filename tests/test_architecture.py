"""The house keeps its shape: import order, no circle, one clock, nothing left to do."""

import ast
import re
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parent.parent
APPS = ("quartiers", "partenaires", "appels", "contrat_ville")
PERMIS = {
    "quartiers": {"quartiers"},
    "partenaires": {"quartiers", "partenaires"},
    "appels": {"quartiers", "partenaires", "appels"},
    "contrat_ville": {"quartiers", "partenaires", "appels", "contrat_ville"},
}
# Inside `appels`, a room only imports what stands below it.
ETAGES = {
    "etats": set(),
    "models": {"etats"},
    "suivi": {"models", "etats"},
    "alertes": {"models", "etats", "suivi"},
    "colonnes": {"models", "alertes", "suivi", "issues"},
    "listes": {"models", "etats", "alertes", "colonnes", "suivi"},
    "choix": {"models"},
    "voisinage": {"models"},
    "classeurs": {"models", "colonnes", "exports"},
    "tableau": {"models", "etats", "alertes", "suivi"},
    "scenarios": {"models"},
    "grille": {"models"},
    "issues": {"models"},
    "etapes": {"models"},
    "lettres": {"models"},
    "decomptes": {"models", "scenarios"},
    "proces_verbal": {"models", "scenarios", "pdf"},
    "lots": {"models", "papiers", "exports"},
    "matrice": {"exports", "scenarios"},
    "budget": {"models"},
    "delais": set(),
    "reveil": set(),
    "attestations": {"models"},
    "droits": {"models", "etats", "suivi"},
    "completude": {"models", "budget"},
    "courriels": {"models"},
    "gel": {"models", "budget", "completude"},
    "pdf": {"models", "gel"},
    "exports": {"models", "budget"},
    "rendu": set(),
    "memoire": {"models"},
    "soutiens": {"models"},
    "calendrier": {"models"},
    "plan": {"models"},
    "obligations": set(),
    "fusion": set(),
    "dauphin": {"gel"},
    "reponses": {"models", "gel"},
    "portabilite": {"models", "gel"},
    "rapprochement": {"models"},
    "papiers": {"models", "gel", "pdf", "reponses"},
    "impressions": {"models", "questions", "pdf"},
    "actions": {
        "models",
        "etats",
        "completude",
        "courriels",
        "reveil",
        "gel",
        "delais",
        "attestations",
        "pdf",
        "papiers",
        "rapprochement",
        "reponses",
        "listes",
        "colonnes",
        "classeurs",
        "scenarios",
        "lettres",
        "lots",
        "proces_verbal",
    },
    "tasks": {"actions", "pdf", "models", "impressions"},
    "frise": {"models", "actions"},
    "forms": {
        "models",
        "etats",
        "scenarios",
        "lettres",
        "budget",
        "attestations",
        "droits",
        "alertes",
        "colonnes",
        "suivi",
    },
    "questions": {"models", "forms"},
    "templatetags": {"models", "completude", "suivi"},
    "contexte": {"models", "droits", "obligations"},
    "comptes_fictifs": set(),
    "demonstration": {"models", "actions", "forms", "attestations", "comptes_fictifs"},
    "resultats_fictifs": {"models", "actions", "demonstration", "comptes_fictifs"},
    "instruction_fictive": {
        "models",
        "actions",
        "demonstration",
        "comptes_fictifs",
        "reveil",
        "scenarios",
    },
    "lettres_fictives": {"models", "actions", "comptes_fictifs"},
    "management": {
        "models",
        "demonstration",
        "resultats_fictifs",
        "instruction_fictive",
        "lettres_fictives",
    },
    "views": {
        "forms",
        "droits",
        "actions",
        "models",
        "etats",
        "completude",
        "budget",
        "gel",
        "pdf",
        "exports",
        "frise",
        "questions",
        "memoire",
        "soutiens",
        "calendrier",
        "plan",
        "obligations",
        "contexte",
        "fusion",
        "dauphin",
        "reponses",
        "papiers",
        "rapprochement",
        "portabilite",
        "listes",
        "colonnes",
        "choix",
        "alertes",
        "suivi",
        "voisinage",
        "classeurs",
        "tableau",
        "scenarios",
        "grille",
        "issues",
        "etapes",
        "lettres",
        "decomptes",
        "matrice",
    },
    "urls": {"views"},
    "apps": set(),
    "migrations": {"models", "delais"},
}


def modules(app: str):
    for chemin in sorted((RACINE / app).rglob("*.py")):
        yield (
            chemin,
            ".".join(chemin.relative_to(RACINE).with_suffix("").parts).removesuffix(".__init__"),
        )


def importes(chemin: Path) -> set[str]:
    """Every module imported, inline ones too."""
    noms = set()
    for noeud in ast.walk(ast.parse(chemin.read_text(encoding="utf-8"))):
        if isinstance(noeud, ast.Import):
            noms |= {alias.name for alias in noeud.names}
        elif isinstance(noeud, ast.ImportFrom):
            assert noeud.level == 0, f"{chemin} : import relatif"
            noms |= {noeud.module} | {f"{noeud.module}.{alias.name}" for alias in noeud.names}
    return noms


@pytest.mark.parametrize("app", APPS)
def test_les_apps_s_importent_dans_un_seul_sens(app):
    fautes = [
        (nom, cible)
        for chemin, nom in modules(app)
        for cible in importes(chemin)
        if cible.split(".")[0] in APPS and cible.split(".")[0] not in PERMIS[app]
    ]
    assert fautes == []


def test_dans_appels_on_ne_remonte_pas():
    fautes = []
    for chemin, nom in modules("appels"):
        if nom == "appels":
            continue
        etage = nom.split(".")[1]
        for cible in importes(chemin):
            morceaux = cible.split(".")
            if morceaux[0] == "appels" and len(morceaux) > 1 and morceaux[1] in ETAGES:
                if morceaux[1] != etage and morceaux[1] not in ETAGES[etage]:
                    fautes.append((nom, cible))
    assert fautes == []


def test_chaque_piece_d_appels_a_son_etage():
    etages = {nom.split(".")[1] for _, nom in modules("appels") if "." in nom}
    assert etages - set(ETAGES) == set()


def test_aucun_cercle_entre_modules():
    graphe = {}
    for app in APPS:
        for chemin, nom in modules(app):
            graphe[nom] = importes(chemin)
    graphe = {
        nom: {c for c in cibles if c in graphe and c != nom and not nom.startswith(f"{c}.")}
        for nom, cibles in graphe.items()
    }
    vus, pile = set(), []

    def visiter(nom):
        assert nom not in pile, " → ".join([*pile[pile.index(nom) :], nom])
        if nom in vus:
            return
        pile.append(nom)
        for cible in graphe[nom]:
            visiter(cible)
        pile.pop()
        vus.add(nom)

    for nom in graphe:
        visiter(nom)


HORLOGES = re.compile(
    r"timezone\.now|datetime\.now|datetime\.utcnow|date\.today|time\.time\(|auto_now"
)


def test_un_seul_acces_a_l_horloge():
    fautes = [
        nom
        for app in APPS
        for chemin, nom in modules(app)
        if nom != "quartiers.horloge" and HORLOGES.search(chemin.read_text(encoding="utf-8"))
    ]
    assert fautes == []


def test_seuls_la_premiere_porte_et_les_travaux_lisent_l_heure():
    lecteurs = {
        nom
        for app in APPS
        for chemin, nom in modules(app)
        if re.search(r"import .*\bmaintenant\b|maintenant\(\)", chemin.read_text(encoding="utf-8"))
    }
    assert lecteurs == {
        "quartiers.horloge",
        "contrat_ville.middleware",
        "appels.socle.cache_public",
        "appels.public.impressions",
        "appels.demonstration.resultats",
        "appels.demonstration.instruction",
        "appels.demonstration.lettres",
        "appels.decision.actions.lettres",
        "contrat_ville.management.commands.mesurer",
        "contrat_ville.semis",
        "quartiers.management.commands.charger_territoire",
        "partenaires.management.commands.charger_partenaires",
        "appels.tasks",
        "appels.depot.actions.recepisses",
        "appels.depot.actions.papiers",
        "appels.instruction.actions.exports",
        "appels.demonstration.exemple",
        "partenaires.courriels",
        "partenaires.postier",
        "partenaires.models.utilisateur",
        "partenaires.management.commands.inviter_responsable",
    }


def test_les_vues_ne_changent_ni_etat_ni_statut():
    motif = re.compile(r"\.etat = |\.franchir\(|Etat\.")
    fautes = [
        nom
        for chemin, nom in modules("appels")
        if nom.startswith("appels.views") and motif.search(chemin.read_text(encoding="utf-8"))
    ]
    assert fautes == []


def test_rien_ne_reste_a_faire_et_personne_ne_s_appelle_utils():
    for app in APPS:
        for chemin, nom in modules(app):
            assert not re.search(r"\b(TODO|FIXME|XXX)\b", chemin.read_text(encoding="utf-8")), nom
            assert chemin.stem not in ("utils", "helpers", "signals", "admin"), nom


def test_les_pieces_tiennent_dans_l_oeil():
    longs = {
        nom: n
        for app in APPS
        for chemin, nom in modules(app)
        if "migrations" not in nom
        and (n := len(chemin.read_text(encoding="utf-8").splitlines())) > 300
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


def test_les_budgets_de_poids_des_feuilles():
    assert (RACINE / "static/css/portail.css").stat().st_size <= 15_000
    assert (RACINE / "static/js/portail.js").stat().st_size <= 20_000
