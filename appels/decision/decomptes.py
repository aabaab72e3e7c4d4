"""Where each funder of a call stands: asked, proposed, decided, granted. Amounts in cents."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from appels.decision.scenarios import proposees
from appels.models import Appel, Scenario
from appels.socle import comptages
from appels.socle.apports import RIEN
from partenaires.models import Partenaire


@dataclass(frozen=True)
class Decompte:
    """A funder of the call; what is left to decide is said by the frozen scenario."""

    partenaire: Partenaire
    demandes: int
    avis: int  # requests on which it shares its opinion
    decidees: int
    vote: int  # what it grants
    a_decider: int
    propose: int  # for those left to decide
    refus: int  # among those left, the ones to which the scenario gives nothing
    repere: str  # what is left to decide, in one word: changes with an amount or a request

    @property
    def attendues(self) -> int:
        """Requests not decided yet."""
        return self.demandes - self.decidees


def repere(proposes: Iterable[int]) -> str:
    """The amounts left to decide, in the order of their requests, in one word."""
    return hashlib.sha256(repr(list(proposes)).encode()).hexdigest()[:16]


def par_financeur(appel: Appel, fige: Scenario | None) -> list[Decompte]:
    """In the order of the call; two queries, three with a frozen scenario."""
    comptes = comptages.lus(appel.pk, ["finance", "partage", "tranche"])
    restes = _restes(fige) if fige else {}
    decomptes = []
    for financeur in appel.financeurs.select_related("partenaire"):
        cle = str(financeur.partenaire_id)
        demandees = comptes.get(("finance", cle), RIEN)
        if not demandees.nombre:
            continue
        reste = restes.get(financeur.partenaire_id, [])
        decomptes.append(
            Decompte(
                financeur.partenaire,
                demandes=demandees.nombre,
                avis=comptes.get(("partage", cle), RIEN).nombre,
                decidees=comptes.get(("tranche", cle), RIEN).nombre,
                vote=demandees.vote,
                a_decider=len(reste),
                propose=sum(reste),
                refus=reste.count(0),
                repere=repere(reste),
            )
        )
    return decomptes


def _restes(fige: Scenario) -> dict[int, list[int]]:
    """{funder: what the frozen scenario gives to each of its requests left to decide}."""
    restes: dict[int, list[int]] = {}
    lignes = proposees(fige).filter(decision="", propose__isnull=False).order_by("pk")
    for partenaire, propose in lignes.values_list("partenaire", "propose"):
        restes.setdefault(partenaire, []).append(propose)
    return restes
