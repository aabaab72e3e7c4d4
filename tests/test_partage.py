"""How the suite is shared between its workers, and what a test leaves to the next."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.core.management import call_command

from quartiers.models import Commune
from tests.conftest import partager, pytest_runtest_setup
from tests.fabriques import PENDANT


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


def test_un_test_qui_enregistre_pour_de_bon_ne_laisse_aucun_essai_compte(request, transactional_db):
    """Django empties the tables of the models: the one of the tries has none, and the sixty
    requests a minute of a frozen clock were reached by whoever came next.
    """

    def compter() -> int:
        return caches["default"].compter("api:essai", PENDANT + timedelta(minutes=1))

    assert [compter(), compter()] == [1, 2]
    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
    assert compter() == 3
    pytest_runtest_setup(request.node)
    assert (compter(), Commune.objects.exists()) == (1, True)
