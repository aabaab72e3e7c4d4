"""The plan of accounts as a form: its lines, its funders, its totals, seen as one."""

from itertools import chain

from django.http import QueryDict

from appels.models import ChoixDeLigne, Dossier, Financement, LigneBudget
from appels.redaction.forms.benevolat import BenevolatForm
from appels.redaction.forms.demandes import DemandesForm
from appels.redaction.forms.financeurs import (
    DE_L_APPEL,
    DemandeSaisie,
    FinanceursFormSet,
    NouveauFinanceurForm,
    choix_de_financeurs,
    financement_de,
    financeurs_gardes,
    financeurs_proposes,
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


class BudgetComplet:
    """The forms of the budget page, seen as one."""

    def __init__(self, donnees: QueryDict | None, dossier: Dossier):
        self.dossier = dossier
        self.financeurs_de_l_appel = financeurs_proposes(dossier.appel)
        choix = choix_de_financeurs(self.financeurs_de_l_appel)
        tous = choix | financeurs_gardes(dossier, choix)
        self.comptes = ComptesForm(donnees, dossier=dossier)
        self.ajoutees = LignesAjouteesFormSet(donnees, dossier=dossier)
        self.benevolat = BenevolatForm(donnees, dossier=dossier, comptes=self.comptes)
        self.demandes = DemandesForm(donnees, dossier=dossier, choix=tous, proposes=choix)
        self.financeurs = FinanceursFormSet(donnees, dossier=dossier, choix=tous)
        self.nouveau = NouveauFinanceurForm(donnees, choix=choix)
        self.ligne = NouvelleLigneForm(donnees)
        self.membres = (
            self.comptes,
            self.ajoutees,
            self.ligne,
            self.demandes,
            self.financeurs,
            self.nouveau,
            self.benevolat,
        )

    def is_valid(self) -> bool:
        """Every form is asked, so that all the errors are said together."""
        return all([membre.is_valid() for membre in self.membres])

    def comptees(self) -> list[LigneSaisie]:
        """What counts; the hours write their two accounts over what was typed there."""
        lignes = [*self.comptes.lignes(), *self.benevolat.lignes()]
        par_compte = {code: (code, libelle, montant) for code, libelle, montant in lignes}
        return [*par_compte.values(), *self.ajoutees.lignes(), *self.ligne.lignes()]

    def _demandes(self) -> list[DemandeSaisie]:
        """The requests that can be read: the rows of the call count when the page had them."""
        autres = chain(self.financeurs.forms, [self.nouveau])
        demandes = self.demandes.gardes() if self.comptes.est_guide else []
        return [*demandes, *(lisible(form) for form in autres if not lisible(form).get("retirer"))]

    def montants_demandes(self) -> dict[str, int]:
        """{how its fields begin: cents} of what is asked; those outside the call by their rank."""
        if not self.comptes.is_bound:
            reperes = budget.reperes_des_demandes(self.dossier.financements.all())
            return {repere: demande.montant or 0 for repere, demande in reperes}
        montants = {}
        for rang, demande in enumerate(self._demandes()):
            repere = f"p-{(demande.get('cle') or '').removeprefix(DE_L_APPEL)}"
            if repere in montants or not (demande.get("cle") or "").startswith(DE_L_APPEL):
                repere = f"f-{rang}"
            montants[repere] = demande.get("montant") or 0
        return montants

    def montants_des_comptes(self) -> dict[str, int]:
        """{account: cents} of what counts, but for the lines of one's own."""
        if not self.comptes.is_bound:
            lignes = self.dossier.lignes.all()
            return {ligne.code: ligne.montant for ligne in lignes if not ligne.libelle}
        return {code: montant for code, libelle, montant in self.comptees() if not libelle}

    def plan(self) -> budget.Plan:
        """The totals of what is readable on the page: typed when posted, saved otherwise."""
        if not self.comptes.is_bound:
            return budget.du_dossier(self.dossier)
        self.is_valid()
        lignes = [(code, montant) for code, _libelle, montant in self.comptees()]
        return budget.calculer(lignes, [demande.get("montant") for demande in self._demandes()])

    def ecrire(self, dossier: Dossier) -> None:
        """Replace the rows; called in the transaction that has checked the version.

        Raises `PlusPropose`.
        """
        demandes = [*self.financeurs.gardes(), *self.nouveau.gardes()]
        en_attente = []
        if self.comptes.est_guide:
            demandes = [*self.demandes.gardes(), *demandes]
            en_attente = [*self.comptes.en_attente(), *self.demandes.en_attente()]
        natures = natures_des_demandes(dossier, demandes)
        dossier.lignes.all().delete()
        dossier.financements.all().delete()
        dossier.choix_du_budget.des_lignes().delete()
        LigneBudget.objects.bulk_create(
            LigneBudget(dossier=dossier, code=code, libelle=libelle, montant=montant)
            for code, libelle, montant in self.comptees()
        )
        Financement.objects.bulk_create(
            financement_de(dossier, demande, natures) for demande in demandes
        )
        for ligne in en_attente:
            ligne.dossier = dossier
        ChoixDeLigne.objects.bulk_create(en_attente)
        self.benevolat.ecrire(dossier)
