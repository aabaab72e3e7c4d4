"""Drawings of numbers: whole, in order, and one tone a funder."""

import re

from django.template import Context, Template

from partenaires.models import Genre, Partenaire

PARTS = [("f1", "Communauté Urbaine", 19_700_00), ("f2", "État", 18_200_00), ("f3", "CAF", 0)]


def rendu(source: str, **valeurs) -> str:
    return Template("{% load dessins %}" + source).render(Context(valeurs))


def test_une_pile_garde_l_ordre_et_va_d_un_bord_a_l_autre():
    page = rendu("{% pile parts cle='ligne' %}", parts=PARTS)
    segments = re.findall(r'<path class="(f\d)" d="M([\d.]+) 0h([\d.]+)v', page)
    assert [classe for classe, _debut, _longueur in segments] == ["f1", "f2"]
    assert float(segments[-1][1]) + float(segments[-1][2]) == 400
    assert re.findall(r'<li class="(f\d)">([^<]*?) <', page) == [
        ("f1", "Communauté Urbaine"),
        ("f2", "État"),
    ]


def test_une_pile_plus_courte_que_le_tout_le_montre():
    page = rendu("{% pile parts tout=100 %}", parts=[("f1", "CUA", 25)])
    assert ('class="tout"' in page, re.findall(r"h(\d+\.\d)v", page)) == (True, ["100.0"])


def test_rien_n_est_dessine_de_rien():
    assert re.findall("<path|<li", rendu("{% pile parts cle='haut' %}", parts=[])) == []


def test_cent_points_dont_ceux_de_la_part_et_le_repere():
    page = rendu("{% points 38.4 30.4 %}")
    restants, pris, repere = re.findall(r'd="([^"]*)"', page)
    assert (restants.count("M"), pris.count("M"), repere) == (62, 38, "M73 -3v66")
    assert rendu("{% points 12 %}").count("<path") == 2


def test_un_financeur_a_le_meme_ton_partout():
    tons = {genre: Partenaire(genre=genre).ton for genre in Genre}
    assert {ton: [g.value for g in Genre if tons[g] == ton] for ton in ("f1", "f2", "f3")} == {
        "f1": ["cua"],
        "f2": ["etat"],
        "f3": ["caf"],
    }
    assert (tons[Genre.COMMUNE], tons[Genre.REGION], tons[Genre.BAILLEUR]) == ("f4", "f5", "f6")
