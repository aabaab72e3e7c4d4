"""Where each funder of a call stands: asked, proposed by the frozen scenario, decided, granted.
Amounts in cents.
"""

from dataclasses import dataclass

from django.db import models

from appels.decision.scenarios import demandes
from appels.models import ACCORDS, Appel, Avis, Scenario
from partenaires.models import Partenaire


@dataclass(frozen=True)
class Decompte:
    """A funder: its requests, those with its shared opinion, those decided, what it grants; what is
    left to decide.
    """

    partenaire: Partenaire
    demandes: int
    avis: int
    decidees: int
    vote: int
    a_decider: int
    propose: int
    refus: int  # among those left, the ones to which the scenario gives nothing

    @property
    def attendues(self) -> int:
        return self.demandes - self.decidees


def par_financeur(appel: Appel, fige: Scenario | None) -> list[Decompte]:
    """In the order of the call; two queries, three with a frozen scenario."""
    partages = Avis.objects.partages().filter(
        dossier=models.OuterRef("dossier"), partenaire=models.OuterRef("partenaire")
    )
    sommes = {
        ligne["partenaire"]: ligne
        for ligne in demandes(appel)
        .order_by()
        .values("partenaire")
        .annotate(
            n=models.Count("pk"),
            avis=models.Count("pk", filter=models.Exists(partages)),
            decidees=models.Count("pk", filter=~models.Q(decision="")),
            vote=models.Sum("montant_vote", filter=models.Q(decision__in=ACCORDS)),
        )
    }
    reste = (
        {
            ligne["financement__partenaire"]: ligne
            for ligne in fige.propositions.filter(
                financement__in=demandes(appel).filter(decision="")
            )
            .order_by()
            .values("financement__partenaire")
            .annotate(
                n=models.Count("pk"),
                propose=models.Sum("montant"),
                refus=models.Count("pk", filter=models.Q(montant=0)),
            )
        }
        if fige
        else {}
    )
    lignes = []
    for financeur in appel.financeurs.select_related("partenaire"):
        pk = financeur.partenaire_id
        if siennes := sommes.get(pk):
            suite = reste.get(pk, {"n": 0, "propose": 0, "refus": 0})
            lignes.append(
                Decompte(
                    financeur.partenaire,
                    siennes["n"],
                    siennes["avis"],
                    siennes["decidees"],
                    siennes["vote"] or 0,
                    suite["n"],
                    suite["propose"],
                    suite["refus"],
                )
            )
    return lignes
