"""What the budget page draws: the guided questions, or the whole plan for who keeps accounts."""

import json
from dataclasses import dataclass
from functools import cached_property

from django.forms.boundfield import BoundField

from appels.models import ChoixDeLigne, Dossier
from appels.redaction import guide
from appels.redaction.forms.ajustements import Ajustement, ARemettre, a_remettre, proposes
from appels.redaction.forms.budget import BudgetComplet
from appels.redaction.forms.demandes import Rangee
from appels.socle.budget import Plan
from partenaires.socle import plan_comptable
from partenaires.socle.plan_comptable import CHARGES, PRODUITS

VUE_CERFA = "cerfa"
Part = tuple[str, str, int, str]  # class of its tone, name, cents, how its fields begin


@dataclass(frozen=True)
class LigneDessinee:
    """An account on the page; `case` where one ticks it first."""

    compte: plan_comptable.Compte
    mots: str
    exemple: str
    montant: BoundField
    case: BoundField | None = None

    @property
    def precision(self) -> str:
        """« Terreau, peinture, goûters · compte 601 »."""
        compte = self.compte.libelle.lower()
        if self.compte.numero:
            compte = f"compte {self.compte.numero}"
        return f"{self.exemple} · {compte}" if self.exemple else compte


@dataclass(frozen=True)
class GroupeDessine:
    """Lines asked together, with what they make in cents."""

    titre: str
    lignes: list[LigneDessinee]
    total: int

    @property
    def est_a_ouvrir(self) -> bool:
        """Something is typed in it, or is wrong."""
        return any(ligne.montant.value() or ligne.montant.errors for ligne in self.lignes)


@dataclass(frozen=True)
class PosteDessine:
    """A heading of the whole plan: its accounts with their fields, its total in cents."""

    poste: plan_comptable.Poste
    total: int
    champs: list[tuple[plan_comptable.Compte, BoundField, BoundField | None]]

    def est_reel(self, cote: str) -> bool:
        """On this side of the plan, and not a contribution in kind."""
        return self.poste.cote == cote and not self.poste.est_volontaire


@dataclass(frozen=True)
class PageDuBudget:
    """The budget as it is typed or saved; `vue` is « cerfa » for the whole plan."""

    budget: BudgetComplet
    dossier: Dossier
    vue: str
    mots: dict[str, str]  # {word: account} of what the service proposes
    ouvrir_ligne: bool
    ajuste: str = ""  # the field that the last press changed, and its cents before

    @property
    def est_le_plan_entier(self) -> bool:
        return self.vue == VUE_CERFA

    @cached_property
    def plan(self) -> Plan:
        return self.budget.plan()

    @property
    def prevu(self) -> int | None:
        """What was thought of at the start, in cents, while no line says it."""
        if self.plan.charges:
            return None
        choix = {choix.cle: choix.montant for choix in self.dossier.choix_du_budget.all()}
        return choix.get(ChoixDeLigne.PREVU)

    @property
    def solde(self) -> guide.Solde:
        return guide.Solde(self.plan, self.dossier.beneficiaires)

    @cached_property
    def _montants(self) -> dict[str, int]:
        """What counts under each account, in cents."""
        return self.budget.montants_des_comptes()

    @property
    def ajustements(self) -> list[Ajustement]:
        return proposes(self.budget)

    @property
    def remise(self) -> ARemettre | None:
        return a_remettre(self.budget, self.ajuste)

    def _ligne(self, code: str) -> LigneDessinee:
        compte = plan_comptable.comptes()[code]
        courante = guide.COURANTES.get(code)
        return LigneDessinee(
            compte=compte,
            mots=courante.mots if courante else compte.libelle,
            exemple=courante.exemple if courante else "",
            montant=self.budget.comptes[code],
            case=self.budget.comptes[f"{code}-oui"] if courante else None,
        )

    def _groupe(self, titre: str, codes: list[str]) -> GroupeDessine:
        return GroupeDessine(
            titre=titre,
            lignes=[self._ligne(code) for code in codes],
            total=sum(self._montants.get(code, 0) for code in codes),
        )

    def _courants(self, groupes: tuple[guide.Groupe, ...]) -> list[GroupeDessine]:
        return [
            self._groupe(groupe.titre, [ligne.code for ligne in groupe.lignes])
            for groupe in groupes
        ]

    def _replies(self, cote: str) -> list[GroupeDessine]:
        """The rest of the plan, by heading."""
        replies = []
        for poste in plan_comptable.postes():
            rares = [compte.code for compte in poste.comptes if compte.code not in guide.COURANTES]
            if poste.cote == cote and not poste.est_volontaire and rares:
                titre = f"{poste.numero} {poste.libelle}".strip()
                replies.append(self._groupe(titre, rares))
        return replies

    @property
    def depenses(self) -> list[GroupeDessine]:
        return self._courants(guide.DEPENSES)

    @property
    def autres_depenses(self) -> list[GroupeDessine]:
        return self._replies(CHARGES)

    @property
    def ressources(self) -> list[GroupeDessine]:
        return self._courants(guide.RESSOURCES)

    @property
    def autres_ressources(self) -> list[GroupeDessine]:
        return self._replies(PRODUITS)

    @property
    def en_nature(self) -> list[GroupeDessine]:
        """Accounts 86 and 87, but for those that the hours write."""
        ecrits = guide.HEURES_BENEVOLES if self.budget.benevolat.montant_montre else ()
        return [
            self._groupe(
                f"{poste.numero} {poste.libelle}",
                [compte.code for compte in poste.comptes if compte.code not in ecrits],
            )
            for poste in plan_comptable.postes()
            if poste.est_volontaire
        ]

    @cached_property
    def rangees(self) -> list[Rangee]:
        return self.budget.demandes.rangees(self._tons)

    @cached_property
    def _tons(self) -> dict[int, str]:
        return {
            financeur.partenaire_id: financeur.partenaire.ton
            for financeur in self.budget.financeurs_de_l_appel
        }

    @cached_property
    def parts(self) -> list[Part]:
        """What pays the project: each funder of the call, the others, and oneself."""
        demandes = self.budget.montants_demandes()
        parts: list[Part] = []
        for partenaire, nom in self.budget.demandes.noms.items():
            repere = f"p-{partenaire}"
            parts.append((self._tons.get(partenaire, "f6"), nom, demandes.pop(repere, 0), repere))
        parts.append(("f4", "Autres financeurs", sum(demandes.values()), "autres"))
        siens = self.plan.produits - self.plan.financements
        parts.append(("f6", "Vous", siens, "vous"))
        return parts

    @property
    def barre(self) -> list[tuple[str, str, int]]:
        return [part[:3] for part in self.parts]

    @property
    def barre_des_depenses(self) -> list[tuple[str, str, int]]:
        return [("depense", "Dépenses", self.plan.charges)]

    @property
    def mots_ecrits(self) -> str:
        """The same words, for the script."""
        return json.dumps(self.mots, ensure_ascii=False)

    @property
    def postes(self) -> dict[str, list[PosteDessine]]:
        """The whole plan, for the « vue CERFA »."""
        comptes = self.budget.comptes
        dessines = [
            PosteDessine(
                poste=poste,
                total=self.plan.par_poste.get(poste.code, 0),
                champs=[
                    (
                        compte,
                        comptes[compte.code],
                        comptes[f"{compte.code}-oui"] if compte.code in guide.COURANTES else None,
                    )
                    for compte in poste.comptes
                    if not self._est_valorise(compte.code)
                ],
            )
            for poste in plan_comptable.postes()
        ]
        return {
            "charges": [poste for poste in dessines if poste.est_reel(CHARGES)],
            "produits": [poste for poste in dessines if poste.est_reel(PRODUITS)],
            "volontaires": [dessine for dessine in dessines if dessine.poste.est_volontaire],
        }

    def _est_valorise(self, code: str) -> bool:
        return code in guide.HEURES_BENEVOLES and self.budget.benevolat.montant_montre is not None
