"""How the suite is shared between its workers."""

from types import SimpleNamespace

import pytest

from tests.conftest import partager


def faux(rang: int, dossier: str):
    return SimpleNamespace(
        rang=rang,
        path=SimpleNamespace(parent=SimpleNamespace(name=dossier)),
        get_closest_marker=lambda nom: None,
    )


@pytest.mark.parametrize("travailleurs", [1, 2, 3, 4])
@pytest.mark.parametrize(("longs", "courts"), [(0, 10), (5, 0), (5, 18), (9, 4)])
def test_chacun_commence_par_sa_part_des_longues_et_rien_ne_se_perd(travailleurs, longs, courts):
    tous = [faux(rang, "appels") for rang in range(courts)]
    tous += [faux(courts + rang, "navigateur") for rang in range(longs)]
    ranges = partager(tous, travailleurs)
    assert sorted(item.rang for item in ranges) == list(range(longs + courts))
    parts, reste = [], list(ranges)
    for rang in range(travailleurs):
        taille = len(reste) // (travailleurs - rang)
        parts.append(reste[:taille])
        del reste[:taille]
    par_part = [[item.path.parent.name for item in part] for part in parts]
    for part in par_part:
        assert part == sorted(part, reverse=True)  # navigateur first
    comptes = [part.count("navigateur") for part in par_part]
    assert max(comptes) - min(comptes) <= 1
