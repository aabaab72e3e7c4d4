"""What must be filled in is said before one writes, by one rule."""

import pytest
from django import forms

from partenaires.socle.obligations import LIGNE, SEULS, TOUS, TOUS_SAUF, mention, regle


def formulaire(obligatoires: int, facultatifs: int, coches: int = 0) -> forms.Form:
    form = forms.Form()
    for rang in range(obligatoires):
        form.fields[f"o{rang}"] = forms.CharField()
    for rang in range(facultatifs):
        form.fields[f"f{rang}"] = forms.CharField(required=False)
    for rang in range(coches):
        form.fields[f"c{rang}"] = forms.BooleanField(required=False)
    return form


@pytest.mark.parametrize(
    ("obligatoires", "facultatifs", "tete", "mentions"),
    [
        (0, 3, "", ("", "")),
        (1, 0, "", ("obligatoire", "")),
        (1, 1, SEULS, ("obligatoire", "")),
        (2, 2, SEULS, ("obligatoire", "")),
        (2, 0, TOUS, ("", "")),
        (3, 2, TOUS_SAUF, ("", "facultatif")),
    ],
)
def test_la_regle_dit_ce_que_les_libelles_ne_disent_pas(obligatoires, facultatifs, tete, mentions):
    form = formulaire(obligatoires, facultatifs)
    lues = {champ.field.required: mention(champ) for champ in form.visible_fields()}
    assert regle(form) == tete
    assert lues == {
        exige: mot
        for exige, mot in zip((True, False), mentions, strict=True)
        if exige in {champ.field.required for champ in form.visible_fields()}
    }


def test_une_ligne_a_ajouter_peut_rester_vide():
    form = formulaire(2, 0)
    form.empty_permitted = True
    assert mention(form["o0"]) == LIGNE


def test_une_case_a_cocher_laissee_vide_est_une_reponse():
    form = formulaire(2, 0, coches=5)
    assert (regle(form), mention(form["c0"])) == (TOUS, "")
