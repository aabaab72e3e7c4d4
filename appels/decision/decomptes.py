"""Where each funder of a call stands: asked, proposed, decided, granted. Amounts in cents."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models

from appels.decision.scenarios import proposees
from appels.models import ACCORDS, Appel, Avis, Scenario
from appels.socle import propositions
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
    sommes = _sommes(appel)
    restes = _restes(fige) if fige else {}
    decomptes = []
    for financeur in appel.financeurs.select_related("partenaire"):
        somme = sommes.get(financeur.partenaire_id)
        if somme is None:
            continue
        reste = restes.get(financeur.partenaire_id, [])
        decomptes.append(
            Decompte(
                financeur.partenaire,
                demandes=somme["demandes"],
                avis=somme["avis"],
                decidees=somme["decidees"],
                vote=somme["vote"] or 0,
                a_decider=len(reste),
                propose=sum(reste),
                refus=reste.count(0),
                repere=repere(reste),
            )
        )
    return decomptes


def _sommes(appel: Appel) -> dict[int, Any]:
    """{funder: requests, shared opinions, decisions, grants}."""
    partages = Avis.objects.partages().filter(
        dossier=models.OuterRef("dossier"), partenaire=models.OuterRef("partenaire")
    )
    lignes = (
        propositions.demandes(appel)
        .order_by()
        .values("partenaire")
        .annotate(
            demandes=models.Count("pk"),
            avis=models.Count("pk", filter=models.Exists(partages)),
            decidees=models.Count("pk", filter=~models.Q(decision="")),
            vote=models.Sum("montant_vote", filter=models.Q(decision__in=ACCORDS)),
        )
    )
    return {ligne["partenaire"]: ligne for ligne in lignes}


def _restes(fige: Scenario) -> dict[int, list[int]]:
    """{funder: what the frozen scenario gives to each of its requests left to decide}."""
    restes: dict[int, list[int]] = {}
    lignes = proposees(fige).filter(decision="", propose__isnull=False).order_by("pk")
    for partenaire, propose in lignes.values_list("partenaire", "propose"):
        restes.setdefault(partenaire, []).append(propose)
    return restes
