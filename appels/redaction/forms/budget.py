"""The plan of accounts as a form: its lines, its funders, its totals, seen as one."""

from dataclasses import dataclass
from typing import Any

from django.forms.boundfield import BoundField
from django.http import QueryDict

from appels.models import Dossier, Financement, LigneBudget
from appels.redaction.forms.financeurs import (
    FinanceursFormSet,
    NouveauFinanceurForm,
    choix_de_financeurs,
    financement_de,
    financeurs_gardes,
    natures_des_demandes,
)
from appels.redaction.forms.lecture import lisible
from appels.redaction.forms.lignes import (
    ComptesForm,
    LigneSaisie,
    LignesAjouteesFormSet,
    NouvelleLigneForm,
)
from appels.socle import budget
from partenaires.socle import plan_comptable


@dataclass(frozen=True)
class PosteDessine:
    """A heading of the plan on its page: its accounts with their fields, its total in cents."""

    poste: plan_comptable.Poste
    total: int
    champs: list[tuple[plan_comptable.Compte, BoundField]]

    def est_reel(self, cote: str) -> bool:
        """On this side of the plan, and not a contribution in kind."""
        return self.poste.cote == cote and not self.poste.est_volontaire


class BudgetComplet:
    """The forms of the budget page, seen as one."""

    def __init__(self, donnees: QueryDict | None, dossier: Dossier):
        self.dossier = dossier
        choix = choix_de_financeurs(dossier.appel)
        gardes = financeurs_gardes(dossier, choix)
        self.comptes = ComptesForm(donnees, dossier=dossier)
        self.ajoutees = LignesAjouteesFormSet(donnees, dossier=dossier)
        self.financeurs = FinanceursFormSet(donnees, dossier=dossier, choix=choix | gardes)
        self.nouveau = NouveauFinanceurForm(donnees, choix=choix)
        self.ligne = NouvelleLigneForm(donnees)
        self.membres = (self.comptes, self.ajoutees, self.ligne, self.financeurs, self.nouveau)

    def is_valid(self) -> bool:
        """Every form is asked, so that all the errors are said together."""
        return all([membre.is_valid() for membre in self.membres])

    def _lignes(self) -> list[LigneSaisie]:
        return [*self.comptes.lignes(), *self.ajoutees.lignes(), *self.ligne.lignes()]

    def plan(self) -> budget.Plan:
        """The totals of what is readable on the page: typed when posted, saved otherwise."""
        if not self.comptes.is_bound:
            return budget.du_dossier(self.dossier)
        self.is_valid()
        lignes = [(code, montant) for code, _libelle, montant in self._lignes()]
        demandes = [
            saisie.get("montant")
            for saisie in (lisible(form) for form in (*self.financeurs.forms, self.nouveau))
            if not saisie.get("retirer")
        ]
        return budget.calculer(lignes, demandes)

    def tableau(self) -> dict[str, Any]:
        """What the page draws: the plan, its headings with their fields and totals."""
        plan = self.plan()
        postes = [
            PosteDessine(
                poste=poste,
                total=plan.par_poste.get(poste.code, 0),
                champs=[(compte, self.comptes[compte.code]) for compte in poste.comptes],
            )
            for poste in plan_comptable.postes()
        ]
        return {
            "plan": plan,
            "charges": [poste for poste in postes if poste.est_reel(plan_comptable.CHARGES)],
            "produits": [poste for poste in postes if poste.est_reel(plan_comptable.PRODUITS)],
            "volontaires": [dessine for dessine in postes if dessine.poste.est_volontaire],
        }

    def ecrire(self, dossier: Dossier) -> None:
        """Replace the rows; called in the transaction that has checked the version.

        Raises `PlusPropose`.
        """
        demandes = [*self.financeurs.gardes(), *self.nouveau.gardes()]
        natures = natures_des_demandes(dossier, demandes)
        dossier.lignes.all().delete()
        dossier.financements.all().delete()
        LigneBudget.objects.bulk_create(
            LigneBudget(dossier=dossier, code=code, libelle=libelle, montant=montant)
            for code, libelle, montant in self._lignes()
        )
        Financement.objects.bulk_create(
            financement_de(dossier, demande, natures) for demande in demandes
        )
