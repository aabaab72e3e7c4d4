"""The house keeps its shape: import order, no circle, one clock, nothing left to do."""

import re
from pathlib import Path

import pytest

from contrat_ville import graphe

RACINE = Path(__file__).resolve().parent.parent


def test_l_ordre_est_celui_ci():
    """Each stands on those before it; those of one line do not know each other."""
    assert graphe.APPS == [["quartiers"], ["partenaires"], ["appels"], ["contrat_ville"]]
    assert graphe.AILES["partenaires"] == [
        ["models"],
        ["socle"],
        ["organismes"],
        ["comptes"],
        ["contenus"],
        ["concertation"],
        ["urls"],
    ]
    assert graphe.AILES["appels"] == [
        ["models"],
        ["socle"],
        ["redaction"],
        ["depot", "public"],
        ["instruction"],
        ["decision"],
        ["reprises"],
        ["suites"],
        ["demonstration"],
        ["tasks", "urls"],
    ]
    assert graphe.ETAGES == [["regles"], ["actions", "forms"], ["vues"], ["urls"]]


def test_rien_ne_remonte_ni_entre_apps_ni_entre_ailes_ni_entre_etages():
    assert graphe.remontees(RACINE) == []


def test_aucun_cercle_entre_modules():
    assert graphe.cercles(RACINE) == []


INTERDITS = [
    ("quartiers/carte.py", "from partenaires import droits"),
    ("appels/redaction/sommaire.py", "from appels.depot.actions import depot"),
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
    assert {de for de, _ in graphe.remontees(copie)} == {nom}


def test_temoin_un_cercle_est_vu(tmp_path):
    copie = copier_la_maison(tmp_path)
    chemin = copie / "quartiers/geometrie.py"
    chemin.write_text(chemin.read_text(encoding="utf-8") + "\n\nfrom quartiers import situation\n")
    assert len(graphe.cercles(copie)) >= 1


def copier_la_maison(ou: Path) -> Path:
    for app in graphe.toutes_les_apps():
        for chemin, _ in graphe.modules(RACINE, app):
            copie = ou / chemin.relative_to(RACINE)
            copie.parent.mkdir(parents=True, exist_ok=True)
            copie.write_bytes(chemin.read_bytes())
    return ou


def test_la_racine_d_appels_a_treize_portes_au_plus():
    """What Django asks for is counted too; a folder that holds no source is not."""
    pieces = {
        chemin.relative_to(RACINE / "appels").parts[0]
        for chemin, _ in graphe.modules(RACINE, "appels")
    }
    assert len(pieces - {"__init__.py"}) <= 13


def tous_les_modules():
    """(path, dotted name, text) of every module of the house."""
    for app in graphe.toutes_les_apps():
        for chemin, nom in graphe.modules(RACINE, app):
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


def test_les_vues_lisent_ce_qui_est_envoye_par_une_seule_porte():
    """`saisie`: line ends, and what nobody can see, are the same for every form."""
    motif = re.compile(r"Form\(\s*request\.POST\b")
    fautes = [
        nom for _, nom, texte in tous_les_modules() if ".vues." in nom and motif.search(texte)
    ]
    assert fautes == []


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
