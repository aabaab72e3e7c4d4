"""Amounts, numbers and instants as people here write them."""

from datetime import UTC, date, datetime

import pytest

from quartiers import francais
from quartiers.horloge import InstantImpossible, depuis_paris
from quartiers.templatetags.francais import demandes

NB = "\u00a0"


def test_ecrire():
    assert francais.en_euros(14_111_200) == f"141{NB}112{NB}€"
    assert francais.en_euros(-70_050) == f"−{NB}700,50{NB}€"
    assert [francais.poids(1024**rang) for rang in range(4)] == [
        f"1{NB}{unite}" for unite in ("ko", "ko", "Mo", "Go")
    ]
    assert demandes(400_000) == f"4{NB}000{NB}€ demandés"
    assert demandes(0) == f"0{NB}€ demandés"
    assert demandes(None) == "montant non précisé"
    assert francais.pour_cent(1_020_000, 1_180_000) == f"86,4{NB}%"
    assert francais.pour_cent(1, 0) == ""
    assert francais.nombre(13700) == f"13{NB}700"
    assert francais.jour(date(2027, 3, 1)) == f"1er{NB}mars{NB}2027"
    assert francais.date_et_heure(datetime(2026, 11, 27, 11, 0, tzinfo=UTC)) == (
        f"vendredi 27{NB}novembre{NB}2026 à 12{NB}h{NB}00"
    )
    assert francais.instant_exact(datetime(2026, 7, 1, 10, 0, 7, tzinfo=UTC)) == (
        f"1er{NB}juillet{NB}2026 à 12{NB}h{NB}00{NB}min{NB}07{NB}s"
    )


@pytest.mark.parametrize("mur", [datetime(2027, 3, 28, 2, 30), datetime(2026, 10, 25, 2, 30)])
def test_une_heure_qui_n_existe_pas_ou_deux_fois_est_refusee(mur):
    with pytest.raises(InstantImpossible):
        depuis_paris(mur)


def test_depuis_paris_en_ete_et_en_hiver():
    assert depuis_paris(datetime(2026, 7, 1, 12, 0)) == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    assert depuis_paris(datetime(2026, 11, 27, 12, 0)) == datetime(2026, 11, 27, 11, 0, tzinfo=UTC)


def test_le_jour_d_un_instant_est_celui_de_paris():
    """Half past eleven in the evening in London is already tomorrow here."""
    assert francais.jour(datetime(2026, 11, 30, 23, 30, tzinfo=UTC)) == "1er\xa0décembre\xa02026"
    assert francais.jour(date(2026, 11, 30)) == "30\xa0novembre\xa02026"
