"""The pair of fields that an act fills: both, or none."""

import pytest
from django.db import IntegrityError, models

from appels.models import Scenario
from quartiers.contraintes import ensemble
from tests.fabriques import PENDANT, creer_agent, creer_appel


def test_les_champs_vont_ensemble():
    contrainte = ensemble("x", "le", "par")
    assert (contrainte.name, contrainte.condition) == (
        "x",
        models.Q(le__isnull=True, par__isnull=True) | models.Q(le__isnull=False, par__isnull=False),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("pose", [{"fige_le": PENDANT}, {"fige_par": True}])
def test_la_base_refuse_la_moitie_d_un_acte(pose):
    agent = creer_agent()
    champs = {nom: agent if valeur is True else valeur for nom, valeur in pose.items()}
    with pytest.raises(IntegrityError):
        Scenario.objects.create(
            appel=creer_appel(), nom="A", cree_par=agent, cree_le=PENDANT, **champs
        )
