"""The reference data: what the contract says, with its sources, loaded twice without harm."""

from io import StringIO

import pytest
from django.core.management import call_command

from appels.models import Theme
from partenaires.models import Genre, Partenaire
from quartiers.models import Axe, ChiffreCle, Commune, Objectif, Quartier, Source, Territoire
from quartiers.situation import situer

pytestmark = pytest.mark.django_db


def compter():
    return [
        m.objects.count()
        for m in (
            Commune,
            Quartier,
            Axe,
            Objectif,
            ChiffreCle,
            Source,
            Territoire,
            Partenaire,
            Theme,
        )
    ]


def test_les_commandes_passent_deux_fois():
    avant = compter()
    for commande in ("charger_territoire", "charger_partenaires", "charger_themes"):
        call_command(commande, stdout=StringIO())
    assert compter() == avant
    assert avant[:5] == [5, 6, 4, 14, 14]


def test_les_quartiers_et_leurs_populations():
    assert list(Quartier.objects.order_by("code").values_list("code", "population")) == [
        ("QN06258M", 1105),
        ("QN06259M", 4403),
        ("QN06260M", 3450),
        ("QN06261M", 1468),
        ("QN06262M", 1348),
        ("QN06263M", 1492),
    ]
    assert {q.population_annee for q in Quartier.objects.all()} == {2020}
    assert [str(c) for c in Quartier.objects.get(code="QN06263M").communes.all()] == [
        "Saint-Laurent-Blangy",
        "Saint-Nicolas-lez-Arras",
    ]


def test_beaurains_signe_sans_qpv():
    assert Commune.objects.get(nom="Beaurains").quartiers.count() == 0
    assert Partenaire.objects.filter(genre=Genre.COMMUNE).count() == 5


def test_chaque_chiffre_a_sa_source_et_13700_n_est_pas_une_somme():
    chiffre = ChiffreCle.objects.select_related("source").get(cle="population-qpv")
    assert (chiffre.affichage, chiffre.source.cle, chiffre.annee) == (
        "13\u00a0700",
        "grandarras",
        None,
    )
    assert sum(Quartier.objects.values_list("population", flat=True)) == 13266
    assert not Source.objects.filter(libelle="").exists()
    assert ChiffreCle.objects.filter(est_affiche=True).count() == 5


def test_situer_dedans_dehors():
    situation = situer(2.7447, 50.2981)
    assert situation.quartier in (None, situation.proche)
    assert situation.metres >= 0
    for quartier in Quartier.objects.all():
        x, y = quartier.contour["coordinates"][0][0]
        assert situer(x, y).metres == 0


def test_les_chiffres_de_la_page_sont_ceux_de_la_page():
    """Undated as it is; a gap says its direction."""
    publies = ChiffreCle.objects.filter(source__cle="grandarras").order_by("position")
    assert [(chiffre.affichage, chiffre.annee) for chiffre in publies] == [
        ("13\u00a0700", None),
        ("6", None),
        ("12\u00a0%", None),
        ("38,4\u00a0%", None),
        ("8\u00a0points", None),
    ]
    assert publies.last().libelle.startswith("De plus que l’ensemble des habitants de la CUA")
    assert all(chiffre.source.libelle for chiffre in ChiffreCle.objects.all())


def test_chacun_a_le_role_que_la_page_lui_donne():
    """Three associations are signatories; nothing is said that the page does not say."""
    roles = dict(Partenaire.objects.filter(est_signataire=True).values_list("nom", "role_contrat"))
    assert {
        nom for nom, role in roles.items() if role == "Association signataire du Contrat de Ville"
    } == {"BGE Hauts-de-France", "Vivre Ensemble", "Maison de l’Emploi et des Métiers"}
    assert roles["Communauté Urbaine d’Arras"] == "Copilote du Contrat de Ville avec l’État"
