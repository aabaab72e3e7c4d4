"""The documents are true: what they name exists, and what the code writes is fresh."""

import re
from pathlib import Path

import pytest

from appels.models.etats import Etat
from contrat_ville import documents, photographies

RACINE = Path(__file__).resolve().parent.parent
A_LA_RACINE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
DOCS = [*(RACINE / nom for nom in A_LA_RACINE), *sorted((RACINE / "docs").rglob("*.md"))]
DECISIONS = sorted((RACINE / "docs" / "decisions").glob("[0-9]*.md"))
LIGNE = re.compile(r"^\| `(?P<mot>[^`]+)` \| (?P<chose>[^|]+) \| (?P<modules>`[^|]+`) \|$")
LIEN = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def nom(chemin: Path) -> str:
    return chemin.relative_to(RACINE).as_posix()


def lexique() -> list[tuple[str, str]]:
    """(word, module) of each row of the lexique."""
    lignes = (RACINE / "docs/lexique.md").read_text(encoding="utf-8").splitlines()
    trouvees = [ligne for ligne in map(LIGNE.match, lignes) if ligne]
    return [
        (ligne["mot"], module)
        for ligne in trouvees
        for module in re.findall(r"`([^`]+)`", ligne["modules"])
    ]


def absents(mots: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Rows whose module does not exist, or no longer holds the word (nor has it as its name)."""
    return [(mot, module) for mot, module in mots if not contient(RACINE / module, mot)]


def contient(module: Path, mot: str) -> bool:
    if not module.is_file():
        return False
    texte = module.read_text(encoding="utf-8")
    return mot in module.parts or mot == module.stem or bool(re.search(rf"\b{mot}\b", texte))


def test_le_readme_tient_en_120_lignes():
    assert len((RACINE / "README.md").read_text(encoding="utf-8").splitlines()) <= 120


def liens_morts(chemin: Path, texte: str) -> list[str]:
    """Relative links that lead nowhere."""
    cibles = [lien for lien in LIEN.findall(texte) if "://" not in lien]
    return [lien for lien in cibles if not (chemin.parent / lien).exists()]


@pytest.mark.parametrize("chemin", DOCS, ids=nom)
def test_chaque_lien_mene_quelque_part(chemin):
    assert liens_morts(chemin, chemin.read_text(encoding="utf-8")) == []


def test_temoin_un_lien_mort_est_vu():
    assert liens_morts(RACINE / "README.md", "[a](docs/absent.md) [b](docs/etats.md#States)") == [
        "docs/absent.md"
    ]


@pytest.mark.parametrize("chemin", DECISIONS, ids=nom)
def test_chaque_decision_dit_quoi_pourquoi_et_le_cout(chemin):
    texte = chemin.read_text(encoding="utf-8")
    parties = re.split(r"^## (.+)$", texte, flags=re.MULTILINE)
    assert parties[1::2] == ["What", "Why", "Cost"]
    assert all(partie.strip() for partie in parties[2::2])


def test_la_liste_des_decisions_est_complete():
    liste = (RACINE / "docs/decisions/README.md").read_text(encoding="utf-8")
    assert LIEN.findall(liste) == [chemin.name for chemin in DECISIONS]


def test_le_lexique_dit_ou_est_chaque_mot():
    assert absents(lexique()) == []


def test_temoin_un_mot_parti_est_vu():
    disparus = [("Dossier", "appels/models/absent.py"), ("Dromadaire", "appels/models/dossier.py")]
    assert absents([*disparus, ("Dossier", "appels/models/dossier.py")]) == disparus


def test_le_lexique_dit_une_chose_par_mot():
    lignes = (RACINE / "docs/lexique.md").read_text(encoding="utf-8").splitlines()
    rangees = [ligne for ligne in lignes if ligne.startswith("| `")]
    mots = [LIGNE.match(ligne)["mot"] for ligne in rangees]
    assert sorted(set(mots)) == sorted(mots)
    assert len(mots) > 60


def test_chaque_chemin_cite_existe():
    """Paths of the house in backticks, in the documents written by hand."""
    ecrits = {chemin.name for chemin in documents.tous()}
    fautes = []
    for chemin in DOCS:
        if chemin.name in ecrits or chemin.name == "CONTRIBUTING.md":
            continue
        texte = chemin.read_text(encoding="utf-8")
        for cite in re.findall(
            r"`((?:appels|partenaires|quartiers|contrat_ville)/[\w/.]+)`", texte
        ):
            if not (RACINE / cite).exists():
                fautes.append((nom(chemin), cite))
    assert fautes == []


def test_ce_que_le_code_ecrit_est_frais():
    """Stale: run `python3 manage.py documenter`, and commit what it writes."""
    assert documents.perimes() == []


def test_temoin_un_etat_de_plus_rend_le_diagramme_perime(monkeypatch):
    verbe, (_, arrivee) = next(iter(documents.TRANSITIONS.items()))
    monkeypatch.setitem(documents.TRANSITIONS, verbe, ({Etat.RETIRE}, arrivee))
    assert documents.perimes() == ["docs/etats.md"]


def test_chaque_transition_a_son_action():
    """A verb that no action names is a state that nobody reaches."""
    assert [verbe for verbe in documents.Transition if not documents.actions_de(verbe)] == []


def test_chaque_aile_dit_ce_qu_elle_tient():
    ailes = [dossier for app in documents.apps() for dossier in documents.ailes(app)]
    de_django = {"management", "templatetags", "models"}
    assert [
        nom(aile)
        for aile in ailes
        if aile.name not in de_django and not documents.phrase(aile / "__init__.py")
    ] == []


def test_les_images_sont_celles_de_l_album_et_legeres():
    images = {chemin.stem: chemin.stat().st_size for chemin in photographies.IMAGES.iterdir()}
    assert sorted(images) == sorted(photo.nom for photo in photographies.PHOTOS)
    assert {taille for taille in images.values() if taille > photographies.POIDS_MAX} == set()
