"""The figures of the code, on a small planted tree whose counts are known."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from contrat_ville import graphe, mesures_code

COMPTE = '''"""A module."""

import os  # why not


# Alone on its line.
def choisir(self, a: int, b, *reste):
    """Says which."""
    x, y = a, b
    return [n for n in reste if n] if x and y else os.name


def muette(cls):
    return cls
'''


def planter(racine: Path, fichiers: dict[str, str]) -> Path:
    for nom, texte in fichiers.items():
        chemin = racine / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(texte, encoding="utf-8")
    return racine


@pytest.fixture
def arbre(tmp_path):
    """A house of three rooms, in order, with one template."""
    return planter(
        tmp_path,
        {
            "quartiers/__init__.py": "",
            "appels/__init__.py": "",
            "appels/apps.py": "",
            "appels/migrations/__init__.py": "",
            "appels/migrations/0001_initial.py": "a = 1\n" * 500,
            "appels/models/__init__.py": "import quartiers\n",
            "appels/socle/__init__.py": "from appels import models\n",
            "appels/urls.py": "def liste():\n    from appels import socle\n\n    return socle\n",
            "appels/donnees/textes.json": "{}",
            "templates/courriel.txt": "x" * 500,
            "templates/base.html": "<p>\n" + "x" * 161 + "\n" + "x" * 160 + "\n",
        },
    )


def test_les_comptes_du_python_sont_exacts(tmp_path):
    racine = planter(tmp_path, {"appels/compte.py": COMPTE})
    lu = mesures_code.compter(racine, mesures_code.fichiers_du_produit(racine))
    assert (lu.fichiers, lu.lignes, lu.commentaires) == (1, 9, 2)
    # line by line
    assert lu.jetons == 1 + 2 + 15 + 1 + 7 + 18 + 6 + 2
    assert lu.jetons_par_ligne == 5.78
    assert (lu.ternaires, lu.comprehensions, lu.doubles) == (1, 1, 1)
    assert (lu.fonctions, lu.documentees) == (2, 1)
    assert (lu.arguments, lu.annotes) == (3, 1)
    assert (lu.longues, lu.complexes, lu.fichiers_longs) == (0, 0, [])


def test_la_complexite_compte_aussi_les_expressions():
    fonction = mesures_code.ast.parse(COMPTE).body[2]
    # one way in, a ternary, an `and`, a `for` and an `if` inside brackets
    assert mesures_code.complexite(fonction) == 5
    imbriquee = mesures_code.ast.parse(
        "def dehors():\n    if a:\n        pass\n"
        "    def dedans():\n        if b:\n            pass\n"
    )
    assert mesures_code.complexite(imbriquee.body[0]) == 2


def test_ce_qui_est_long_est_nomme(tmp_path):
    longue = "def longue():\n" + "    a = 1\n" * 50
    juste = "def juste():\n" + "    a = 1\n" * 49
    branchue = "def branchue():\n" + "    if a:\n        pass\n" * 10
    racine = planter(
        tmp_path,
        {"appels/fonctions.py": longue + juste + branchue, "appels/fichier.py": "a = 1\n" * 401},
    )
    lu = mesures_code.compter(racine, mesures_code.fichiers_du_produit(racine))
    assert (lu.longues, lu.complexes, lu.fichiers_longs) == (1, 1, ["appels/fichier.py"])


def test_les_pieces_les_gabarits_et_le_plan(arbre):
    assert mesures_code.pieces(arbre) == ["models", "socle", "urls"]
    assert mesures_code.gabarits(arbre) == (3, 1, 161)
    noms = [chemin.name for chemin in mesures_code.fichiers_du_produit(arbre)]
    assert "0001_initial.py" not in noms
    assert graphe.importes(arbre / "appels/urls.py") == {"appels", "appels.socle"}
    assert (graphe.cercles(arbre), graphe.remontees(arbre)) == ([], [])


def test_un_import_a_rebours_et_un_cercle_se_voient(arbre):
    planter(arbre, {"appels/models/__init__.py": "def f():\n    from appels.socle import x\n"})
    assert graphe.cercles(arbre) == ["appels.models → appels.socle → appels.models"]
    assert {de for de, _ in graphe.remontees(arbre)} == {"appels.models"}


def test_deux_ailes_du_meme_etage_ne_s_importent_pas(arbre):
    planter(arbre, {"appels/depot/__init__.py": "", "appels/public/vues.py": "import appels.depot"})
    assert graphe.remontees(arbre) == [("appels.public.vues", "appels.depot")]


@pytest.mark.parametrize(
    ("fichiers", "manquee"),
    [
        ({}, "lignes de gabarit au-delà de 160 caractères"),
        ({"appels/dense.py": "f(a, b, c, d, e)\n" * 50}, "jetons par ligne, produit"),
        ({f"appels/piece{rang}.py": "" for rang in range(10)}, "pièces à la racine d’appels/"),
        ({"appels/models/__init__.py": "import appels.socle\n"}, "cercles d’imports"),
    ],
)
def test_la_commande_echoue_quand_une_cible_est_manquee(arbre, settings, capsys, fichiers, manquee):
    settings.RACINE = planter(arbre, fichiers)
    with pytest.raises(CommandError, match=manquee):
        call_command("mesurer", "--code")
    assert "MANQUÉ" in capsys.readouterr().out


def test_la_commande_imprime_le_tableau_quand_tout_est_tenu(arbre, settings, capsys):
    settings.RACINE = planter(arbre, {"templates/base.html": "<p>\n"})
    call_command("mesurer", "--code")
    dit = capsys.readouterr().out
    assert "jetons par ligne, produit" in dit
    assert "MANQUÉ" not in dit
