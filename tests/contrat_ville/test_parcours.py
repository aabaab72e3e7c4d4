"""Who plays the journeys that `mesurer --parcours` counts."""

from datetime import timedelta

import pytest

from contrat_ville import parcours_du_porteur
from tests.fabriques import (
    PENDANT,
    creer_appel,
    creer_dossier_complet,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db


def test_qui_renouvelle_signe_encore(horloge_figee):
    """The last that somebody signs for: the projects added to weigh a page have nobody left."""
    passe = creer_appel(2026)
    deposes = [
        deposer(creer_dossier_complet(passe), recu_le=PENDANT + timedelta(minutes=rang))
        for rang in range(2)
    ]
    creer_appel(2027)
    orphelin = deposes[-1].porteur
    orphelin.appartenances.all().delete()

    signataire = deposes[0].depose_par
    assert parcours_du_porteur.qui_renouvelle() == signataire.email.partition("@")[0]
    revenu = creer_signataire(orphelin)
    assert parcours_du_porteur.qui_renouvelle() == revenu.email.partition("@")[0]
