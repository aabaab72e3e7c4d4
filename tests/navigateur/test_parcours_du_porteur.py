"""The bounds of a first deposit, on a phone and on a desktop, with and without script."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from appels.models import Dossier
from contrat_ville import parcours, parcours_du_porteur
from quartiers import horloge
from tests.fabriques import creer_appel

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
