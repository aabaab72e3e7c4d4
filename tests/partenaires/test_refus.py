"""A refusal says why: every right and every door carries its sentence, on the page too."""

import inspect

import pytest
from django.template import Context, Template

from appels.socle import droits as droits_des_dossiers
from contrat_ville import acces
from partenaires.socle import droits as droits_des_organismes
from partenaires.socle.refus import Droit


def droits_ecrits() -> dict[str, Droit]:
    """{name: right}, of dossiers and of organisations."""
    return {
        nom: objet
        for module in (droits_des_dossiers, droits_des_organismes)
        for nom, objet in inspect.getmembers(module)
        if isinstance(objet, Droit)
    }


def test_chaque_droit_dit_pourquoi_il_refuse():
    assert [nom for nom, droit in droits_ecrits().items() if not droit.phrase.endswith(".")] == []


def test_chaque_porte_dit_a_qui_elle_s_ouvre():
    fermees = {porte.passe for porte in acces.table().values() if porte.passe}
    assert len(fermees) == 3
    assert [droit for droit in fermees if not droit.phrase.endswith(".")] == []


@pytest.mark.parametrize("nom", sorted(droits_ecrits()))
def test_la_page_dit_les_mots_de_la_regle(nom):
    page = Template("{% load droits %}{% autoescape off %}{% pourquoi nom %}{% endautoescape %}")
    assert page.render(Context({"nom": nom})) == droits_ecrits()[nom].phrase
