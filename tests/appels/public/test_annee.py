"""The year of a call: where we are in it, whatever the service has said of its dates."""

from datetime import date, timedelta

import pytest

from appels.models import Appel
from appels.public.annee import etapes
from tests.fabriques import FERMETURE, OUVERTURE, PENDANT

EXAMEN, DECISION = date(2026, 12, 10), date(2027, 3, 1)


def places(appel: Appel, instant) -> str:
    """One letter a step: passed, here, later."""
    return "".join(etape.place.value[0] for etape in etapes(appel, instant))


@pytest.mark.parametrize(
    ("instant", "attendues"),
    [
        (OUVERTURE - timedelta(seconds=1), "aaaaa"),
        (OUVERTURE, "laaaa"),
        (FERMETURE - timedelta(seconds=1), "laaaa"),
        (FERMETURE, "plaaa"),
        (FERMETURE + timedelta(days=30), "plaaa"),
        (FERMETURE + timedelta(days=200), "pppla"),
    ],
)
def test_on_sait_ou_l_on_est(instant, attendues):
    appel = Appel(
        annee=2027, ouvre_le=OUVERTURE, ferme_le=FERMETURE, examen_le=EXAMEN, decision_le=DECISION
    )
    assert places(appel, instant) == attendues


def test_sans_dates_rien_n_est_invente():
    assert etapes(None, PENDANT) == []
    assert [etape.quand for etape in etapes(Appel(annee=2028), PENDANT)] == [
        "dates à venir",
        *["date à venir"] * 4,
    ]
    assert places(Appel(annee=2028), PENDANT) == "aaaaa"
