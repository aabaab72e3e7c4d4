"""A constant number of queries, whatever the number of rows (CONCEPTION §5)."""

import pytest

from appels.models import Indicateur, LigneBudget
from tests.fabriques import (
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    creer_membre,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("chemin", "requetes"), [("/", 6), ("/appel/", 6), ("/verifier/", 2),
                                                  ("/quartiers/QN06258M/", 6), ("/mentions-legales/", 2)])
def test_pages_publiques(connecter, django_assert_num_queries, chemin, requetes):
    creer_appel()
    client = connecter()
    with django_assert_num_queries(requetes):
        assert client.get(chemin).status_code == 200


@pytest.mark.parametrize("nombre", [2, 12])
def test_mes_dossiers(connecter, django_assert_num_queries, nombre):
    appel, porteur = creer_appel(), creer_association()
    signataire = creer_signataire(porteur)
    for rang in range(nombre):
        dossier = creer_dossier_complet(appel, porteur)
        if rang % 2:
            deposer(dossier, signataire)
    client = connecter(signataire)
    with django_assert_num_queries(9):
        assert client.get("/dossiers/").status_code == 200


@pytest.mark.parametrize("nombre", [1, 30])
def test_liste_d_instruction(connecter, django_assert_num_queries, nombre):
    appel = creer_appel()
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    for _ in range(nombre):
        deposer(creer_dossier_complet(appel, porteur), signataire)
    client = connecter(creer_agent())
    with django_assert_num_queries(7):
        assert client.get("/instruction/").status_code == 200


@pytest.mark.parametrize("nombre", [1, 40])
def test_page_du_dossier(connecter, django_assert_num_queries, nombre):
    appel, porteur = creer_appel(), creer_association()
    dossier = creer_dossier_complet(appel, porteur)
    for rang in range(nombre):
        LigneBudget.objects.create(dossier=dossier, code="604", libelle=f"Ligne {rang}", montant=100)
        Indicateur.objects.create(dossier=dossier, libelle=f"Indicateur {rang}")
        creer_dossier(appel, porteur)
    client = connecter(creer_membre(porteur))
    with django_assert_num_queries(15):
        assert client.get(f"/dossiers/{dossier.pk}/").status_code == 200
