"""Each state belongs to one group: a draft, in the race, or over."""

from appels.models.etats import EN_COURSE, MODIFIABLES, TRANSITIONS, Etat, Transition
from appels.socle.suivi import TERMINES


def test_chaque_etat_est_d_un_groupe_et_d_un_seul():
    """A state of no group would wait for nobody: present in the lists, absent from the counters."""
    assert sorted([*MODIFIABLES, *EN_COURSE, *TERMINES]) == sorted(Etat)


def test_chaque_verbe_a_son_chemin_et_chaque_etat_se_quitte_ou_finit():
    assert set(TRANSITIONS) == set(Transition)
    quittes = {depart for departs, _ in TRANSITIONS.values() for depart in departs}
    assert set(Etat) - quittes == {Etat.RETIRE, Etat.INTEGRE, Etat.REPRIS}
