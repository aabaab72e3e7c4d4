"""The maps: every commune is named, inside itself, and no name covers another nor a shape."""

import json
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import pytest

from quartiers import carte, geometrie, noms_sur_carte

DONNEES = Path(geometrie.__file__).parent / "donnees"


def entites(fichier: str) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            nom=entite["properties"]["nom"],
            nom_court=entite["properties"]["nom"],
            code=entite["properties"].get("code"),
            contour=entite["geometry"],
        )
        for entite in json.loads((DONNEES / fichier).read_text("utf-8"))["features"]
    ]


COMMUNES, QUARTIERS = entites("communes.geojson"), entites("qpv.geojson")


def recouvrements(dessin: dict) -> list[tuple]:
    """What overlaps: the names between themselves, those of the communes and the shapes."""
    communes = [
        noms_sur_carte.boite(x, y, [ligne for _x, _y, ligne in forme["lignes"]])
        for forme in dessin["communes"]
        for x, y, _ligne in forme["lignes"][:1]
    ]
    noms = [
        noms_sur_carte.boite(forme["x"], forme["y"], [forme["nom"]], forme["ancre"])
        for forme in dessin["quartiers"]
        if forme["nom"]
    ]
    formes = [forme["boite"] for forme in dessin["quartiers"]]
    paires = [*combinations(communes, 2)]
    paires += [(une, autre) for une in communes for autre in [*noms, *formes]]
    return [paire for paire in paires if noms_sur_carte.ecart(*paire) <= 0]


def test_les_cinq_communes_sont_nommees_sur_la_carte_du_territoire():
    dessin = carte.dessiner(COMMUNES, QUARTIERS)
    nommees = ["".join(ligne for _, _, ligne in forme["lignes"]) for forme in dessin["communes"]]
    assert nommees == [commune.nom for commune in COMMUNES]
    assert recouvrements(dessin) == []


@pytest.mark.parametrize("quartier", QUARTIERS, ids=[quartier.code for quartier in QUARTIERS])
def test_la_carte_d_un_quartier_le_nomme_et_une_commune_au_moins(quartier):
    dessin = carte.dessiner(COMMUNES, QUARTIERS, autour=quartier)
    nomme = [forme["nom"] for forme in dessin["quartiers"] if forme["quartier"] is quartier]
    assert nomme == [carte.ETIQUETTES[quartier.code][0]]
    assert any(forme["lignes"] for forme in dessin["communes"])
    assert recouvrements(dessin) == []


def test_un_nom_long_se_coupe_apres_un_trait_d_union():
    assert [noms_sur_carte.couper(nom) for nom in ("Arras", "Saint-Laurent-Blangy", "a" * 20)] == [
        ["Arras"],
        ["Saint-Laurent-", "Blangy"],
        ["a" * 20],
    ]
