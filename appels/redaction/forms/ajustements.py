"""What one press does about a gap: more or less asked of a funder of the call, or put by oneself.

The page shows the amount before, the press carries it: another gap by then, and nothing is done.
"""

import re
from dataclasses import dataclass

from django.http import QueryDict

from appels.redaction.forms.budget import BudgetComplet
from appels.redaction.forms.partie import PartieSaisie
from appels.redaction.guide import COURANTES
from partenaires.socle.champs import MontantField
from quartiers.francais import en_euros

AUTRE_ECART = (
    "Le budget n’est plus celui qui vous était montré : rien n’a été ajouté ni retiré. Regardez ce "
    "qui est proposé maintenant."
)
SIENS = "insufprevisionnel"  # the account of what the organisation puts itself
UN_MONTANT = re.compile(rf"(p-\d{{1,9}}-montant|c-{SIENS}):(\d{{1,15}})", re.ASCII)


@dataclass(frozen=True)
class Ajustement:
    """The field that would change, from what to what; amounts in cents."""

    champ: str
    qui: str  # the funder, or one's own money
    verbe: str
    avant: int  # what counts there
    ecart: int  # what balances the budget, taken off below zero
    attend: bool  # something is typed there that does not count: nobody writes over it

    @property
    def apres(self) -> int:
        return self.avant + self.ecart

    @property
    def est_possible(self) -> bool:
        return self.ecart != 0 and self.apres >= 0 and not self.attend

    @property
    def cle(self) -> str:
        """What its button sends."""
        return f"{self.champ}:{self.ecart}"

    @property
    def debut(self) -> str:
        """« Caisse d’allocations familiales : demander »."""
        return f"{self.qui} : {self.verbe}"

    @property
    def mots(self) -> str:
        """« 320 € de plus, soit 3 320 € »."""
        if not self.avant:
            return en_euros(self.ecart)
        sens = "de plus" if self.ecart > 0 else "de moins"
        return f"{en_euros(abs(self.ecart))} {sens}, soit {en_euros(self.apres)}"

    @property
    def phrase(self) -> str:
        """Once done."""
        return f"{self.qui} : {en_euros(self.apres)} au lieu de {en_euros(self.avant)}."


def proposes(budget: BudgetComplet) -> list[Ajustement]:
    """Those already asked, all those of the call while nobody is; then one's own money.

    Possible today or not: the script shows what becomes so.
    """
    ecart = -budget.plan().ecart
    demandes = budget.montants_demandes()
    ouverts = _ouverts(budget)
    lignes = []
    for partenaire in [cle for cle in ouverts if demandes.get(f"p-{cle}")] or ouverts:
        champ = budget.demandes[f"{partenaire}-montant"]
        avant = demandes.get(f"p-{partenaire}", 0)
        lignes.append((champ, budget.demandes.noms[partenaire], "demander", avant))
    siens = budget.montants_des_comptes().get(SIENS, 0)
    lignes.append((budget.comptes[SIENS], COURANTES[SIENS].mots, "mettre", siens))
    return [
        Ajustement(
            champ=champ.html_name,
            qui=qui,
            verbe=verbe,
            avant=avant,
            ecart=ecart,
            attend=not avant and champ.value() not in (None, ""),
        )
        for champ, qui, verbe, avant in lignes
    ]


def _ouverts(budget: BudgetComplet) -> list[int]:
    """The funders of the call that may be asked."""
    return [cle for cle in budget.demandes.noms if cle not in budget.demandes.fermes]


def _qui(budget: BudgetComplet, champ: str) -> str:
    """Whose amount this field holds; empty where nothing is put back."""
    noms = {f"p-{cle}-montant": budget.demandes.noms[cle] for cle in _ouverts(budget)}
    noms[f"c-{SIENS}"] = COURANTES[SIENS].mots
    return noms.get(champ, "")


def ajuster(typee: PartieSaisie, envoi: QueryDict) -> tuple[PartieSaisie, Ajustement | None]:
    """The part as the press makes it, and what it did; as it was typed when it did nothing."""
    budget = typee.formulaires.get("budget")
    if not isinstance(budget, BudgetComplet) or not typee.est_valide():
        return typee, None
    remis = UN_MONTANT.fullmatch(envoi.get("remettre", ""))
    if remis and _qui(budget, remis[1]):
        return _avec(typee, envoi, remis[1], int(remis[2])), None
    for propose in proposes(budget):
        if propose.est_possible and propose.cle == envoi.get("ajuster"):
            return _avec(typee, envoi, propose.champ, propose.apres), propose
    return typee, None


def _avec(typee: PartieSaisie, envoi: QueryDict, champ: str, cents: int) -> PartieSaisie:
    """The same sending, with this amount in its field; without any, its line is not ticked."""
    ajuste = envoi.copy()
    case = f"{champ.removesuffix('-montant')}-oui"
    if cents:
        ajuste[champ] = str(MontantField().prepare_value(cents))
        ajuste[case] = "on"
    else:
        ajuste[champ] = ""
        ajuste.pop(case, None)
    return PartieSaisie(typee.dossier, typee.nom, ajuste)


@dataclass(frozen=True)
class ARemettre:
    """What was there before the last press, to be put back."""

    champ: str
    qui: str
    avant: int

    @property
    def cle(self) -> str:
        return f"{self.champ}:{self.avant}"


def a_remettre(budget: BudgetComplet, dit: str) -> ARemettre | None:
    """`dit`: the field and its cents, as the address of the page says them."""
    lu = UN_MONTANT.fullmatch(dit)
    if lu is None or not _qui(budget, lu[1]):
        return None
    return ARemettre(lu[1], _qui(budget, lu[1]), int(lu[2]))
