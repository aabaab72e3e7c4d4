"""The bounds of a first deposit, on a phone and on a desktop, with and without script."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from appels.models import Appel, Dossier
from contrat_ville import parcours, parcours_du_porteur
from quartiers import horloge
from tests.fabriques import creer_appel, creer_dossier_complet, creer_signataire, deposer

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def appel(serveur):
    ici = horloge.maintenant()
    return creer_appel(ouvre_le=ici - timedelta(days=30), ferme_le=ici + timedelta(days=15))


@pytest.mark.parametrize("script", [True, False])
def test_une_benevole_depose_seule(appel, ouvrir, script):
    onglets = []

    @contextmanager
    def entrer(un):
        onglets.append(ouvrir(None, un.appareil.largeur, script=script))
        onglets[-1].set_default_timeout(60_000)
        yield onglets[-1]

    mesures = list(parcours.mesurer(parcours_du_porteur.parcours(), entrer))
    print("\n".join(map(str, mesures)))
    assert [str(mesure) for mesure in mesures if not mesure.tenue] == []
    brouillon, *_ = mesures
    assert (brouillon.pages, brouillon.clics, brouillon.champs) == (3, 4, 5)
    assert [dossier.numero for dossier in Dossier.objects.order_by("pk")] == [
        "CV-2027-0001",
        "CV-2027-0002",
    ]
    assert [plainte for onglet in onglets for plainte in onglet.plaintes] == []


@pytest.mark.parametrize("script", [True, False])
def test_un_renouvellement_en_treize_pages(serveur, ouvrir, script):
    """Counted in a browser, from « Mes dossiers » to the number of the new dossier."""
    ici, an = horloge.maintenant(), timedelta(days=365)
    ancien = creer_dossier_complet(creer_appel(2026, ouvre_le=ici - an, ferme_le=ici + an))
    personne = creer_signataire(ancien.porteur)
    deposer(ancien, personne, ici)
    Appel.objects.update(ferme_le=ici - an + timedelta(days=30))
    creer_appel(2027, ouvre_le=ici - timedelta(days=30), ferme_le=ici + timedelta(days=15))
    journee = parcours_du_porteur.renouvellement("")
    onglet = ouvrir(personne, journee.appareil.largeur, script=script)

    @contextmanager
    def entrer(un):
        yield onglet

    [mesure] = parcours.mesurer([journee], entrer)
    print(mesure)
    assert (mesure.tenue, onglet.plaintes) == (True, []), mesure
    assert Dossier.objects.latest("pk").numero == "CV-2027-0001"
