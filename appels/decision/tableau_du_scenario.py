"""The matrix of a scenario as one person sees it: accounts, rows chosen, groups, totals."""

from dataclasses import dataclass
from functools import cached_property

from django.http import Http404

from appels.decision import pilotage, scenarios
from appels.decision.pilotage import Groupe, Reglage
from appels.decision.scenarios import Case, Compte, Ligne
from appels.instruction import listes
from appels.models import Appel, Scenario
from partenaires.models import Utilisateur

PAR_PAGE = 40  # rows: what a screen and a half hold


@dataclass(frozen=True)
class Tableau:
    """All of it; amounts in cents. The accounts count every project, read by this person or not."""

    scenario: Scenario
    de_l_appel: list[Scenario]
    autre: Scenario | None
    comptes: dict[int, Compte]
    lignes: list[Ligne]
    reglage: Reglage

    @property
    def appel(self) -> Appel:
        return self.scenario.appel

    @cached_property
    def montrees(self) -> list[Ligne]:
        """The rows that the address asks for, in its order, group after group."""
        return [ligne for groupe in self.groupes for ligne in groupe.lignes]

    @cached_property
    def groupes(self) -> list[Groupe]:
        choisies = pilotage.choisir(self.lignes, self.reglage)
        return pilotage.grouper(choisies, self.reglage.groupe)

    @property
    def total(self) -> Groupe:
        """Of the rows shown."""
        return Groupe("", self.montrees)

    @property
    def propose(self) -> int:
        return sum(compte.propose for compte in self.comptes.values())

    @property
    def demande(self) -> int:
        return sum(compte.demande for compte in self.comptes.values())

    @property
    def enveloppes(self) -> int | None:
        """Of the funders whose envelope is known; None when nobody knows any."""
        connues = [
            compte.enveloppe for compte in self.comptes.values() if compte.enveloppe is not None
        ]
        return sum(connues) if connues else None

    @property
    def trop(self) -> list[Compte]:
        """The funders whose envelope the scenario goes beyond."""
        return [compte for compte in self.comptes.values() if compte.depassement]

    @property
    def demande_fermee(self) -> int:
        """Asked by the projects that this person does not read, counted all the same."""
        return self.demande - sum(ligne.demande for ligne in self.lignes)

    @property
    def vues(self) -> list[tuple[str, str, int, bool]]:
        return pilotage.vues(self.lignes, self.reglage)

    @property
    def valeurs(self) -> dict[str, list]:
        return pilotage.valeurs(self.lignes)

    @property
    def groupements(self) -> list[tuple[str, str]]:
        """The ways to group that the page offers."""
        return list(pilotage.GROUPES.items())

    @property
    def rangements(self) -> list[tuple[str, str]]:
        """The orders that the page offers."""
        return list(pilotage.TRIS.items())

    @property
    def bilans(self) -> list[tuple[str, list[Groupe]]]:
        """The totals below the matrix, of the rows shown: by axis, then by quartier."""
        return [
            ("axe", pilotage.grouper(self.montrees, "axe")),
            ("quartier", pilotage.grouper(self.montrees, "quartier")),
        ]

    @property
    def est_large(self) -> bool:
        """More funders than a screen holds: the table scrolls by itself."""
        return len(self.comptes) > 8

    def cases_de(self, lignes: list[Ligne]) -> list[Case]:
        """The requests of these rows."""
        return [case for ligne in lignes for case in ligne.cases]


def lire(pk: int, reglage: Reglage, lecteur: Utilisateur) -> Tableau:
    """The matrix that this person reads; 404 for a scenario that is not."""
    freres = (
        Scenario.objects.filter(appel__scenarios=pk)
        .select_related("appel", "fige_par")
        .avec_le_dernier_mouvement()
    )
    de_l_appel = list(freres.order_by("pk"))
    par_cle = {str(scenario.pk): scenario for scenario in de_l_appel}
    scenario = par_cle.get(str(pk))
    if scenario is None:
        raise Http404
    autre = par_cle.get(reglage.avec)
    if autre == scenario:
        autre = None
    comptes = scenarios.comptes(scenario)
    presentes = scenarios.presentes(listes.lisibles_par(lecteur), scenario.appel, lecteur)
    lignes = scenarios.lignes(scenario, list(presentes), comptes, autre)
    return Tableau(scenario, de_l_appel, autre, comptes, lignes, reglage)
