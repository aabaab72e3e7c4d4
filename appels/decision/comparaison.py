"""Two scenarios of a call side by side: by funder, then a line a project, differences signed."""

from dataclasses import dataclass

from appels.decision import scenarios
from appels.decision.scenarios import Compte, Ligne
from appels.instruction import listes
from appels.models import Scenario
from partenaires.models import Utilisateur


@dataclass(frozen=True)
class Difference:
    """A project to which the two do not give the same: (asked of this funder, signed difference)
    by funder, and in all, in cents."""

    ligne: Ligne
    ecarts: list[tuple[Compte, int | None]]
    ecart: int


@dataclass(frozen=True)
class Comparaison:
    """The second minus the first: by funder, in all, and project by project."""

    comptes: list[tuple[Compte, Compte, int]]
    differences: list[Difference]

    @property
    def ecart(self) -> int:
        return sum(ecart for _, _, ecart in self.comptes)


def comparer(un: Scenario, autre: Scenario, lecteur: Utilisateur) -> Comparaison:
    """Of the accounts, all projects; of the projects, those that this person reads."""
    d_un = scenarios.comptes(un)
    de_l_autre = scenarios.comptes(autre)
    presentes = scenarios.presentes(listes.lisibles_par(lecteur), un.appel, lecteur)
    lignes = scenarios.lignes(autre, list(presentes), de_l_autre, un)
    comptes = [
        (compte, de_l_autre[cle], de_l_autre[cle].propose - compte.propose)
        for cle, compte in d_un.items()
    ]
    differences = [_difference(ligne) for ligne in lignes]
    return Comparaison(comptes, [une for une in differences if _dit_quelque_chose(une)])


def _difference(ligne: Ligne) -> Difference:
    """None where the funder is not asked: a dash, not a zero."""
    ecarts = [
        (compte, sum(case.ecart for case in cases) if cases else None)
        for compte, cases in ligne.colonnes
    ]
    return Difference(ligne, ecarts, ligne.ecart)


def _dit_quelque_chose(difference: Difference) -> bool:
    """Nothing and zero give the same amount: no difference of money."""
    return any(ecart for _, ecart in difference.ecarts)
