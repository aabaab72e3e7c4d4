"""Amounts, numbers and instants as people here write them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartiers import francais
from quartiers.horloge import InstantImpossible, depuis_paris

NB = "\u00a0"


@pytest.mark.parametrize(
    ("tape", "centimes"),
    [
        ("", None),
        ("   ", None),
        ("0", 0),
        ("1234", 123_400),
        ("1 234,50", 123_450),
        (f"1{NB}234,5", 123_450),
        ("1\u202f234.50", 123_450),
        ("1234.5 €", 123_450),
        ("1.234,50", 123_450),
        ("1,234.50", 123_450),
        ("12500 euros", 1_250_000),
        ("1'234", 123_400),
        ("0,05", 5),
        ("12,", 1200),
        ("00012", 1200),
    ],
)
def test_lire_un_montant(tape, centimes):
    assert francais.lire_montant(tape) == centimes


@pytest.mark.parametrize(
    ("tape", "debut"),
    [
        ("12O", "« 12O » n’est pas un montant : la lettre O remplace un zéro. Écrivez 120."),
        ("-5", "« -5 » est négatif"),
        ("abc", "« abc » n’est pas un montant"),
        ("1.234", "« 1.234 » peut se lire"),
        ("1,2345", "« 1,2345 » a plus de deux décimales"),
        ("1e9", "« 1e9 » n’est pas un montant"),
        ("9" * 16, f"« {'9' * 16} » est trop grand"),
        ("١٢", "« ١٢ » n’est pas un montant"),
        ("12\x00", "« 12� »"),
        ("1 2 , 3 4 , 5", "« 1 2 , 3 4 , 5 » n’est pas"),
    ],
)
def test_illisible_est_une_erreur_jamais_zero(tape, debut):
    with pytest.raises(francais.MontantIllisible) as erreur:
        francais.lire_montant(tape)
    assert str(erreur.value).startswith(debut)


@given(st.integers(0, 10**13 - 1))
def test_ce_qui_est_ecrit_se_relit(centimes):
    assert francais.lire_montant(francais.en_euros(centimes)) == centimes
    assert francais.lire_montant(francais.nombre_en_euros(centimes)) == centimes


@given(st.text(max_size=60))
def test_n_importe_quel_texte_donne_un_montant_ou_une_phrase(texte):
    try:
        valeur = francais.lire_montant(texte)
    except francais.MontantIllisible as erreur:
        assert str(erreur).endswith(".")
    else:
        assert valeur is None or valeur >= 0


def test_ecrire():
    assert francais.en_euros(14_111_200) == f"141{NB}112{NB}€"
    assert francais.en_euros(-70_050) == f"−{NB}700,50{NB}€"
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
