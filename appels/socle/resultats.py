"""What each funder answered, as its organisation may know it: by released letters only."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from appels.models import Decision, DecisionPrise, Dossier, Lettre


@dataclass(frozen=True)
class Resultat:
    """The answer of one funder, as its organisation may know it. Amounts in cents."""

    financeur: str
    ton: str  # of the drawings
    demande: int | None
    lettre: Lettre | None  # the last one released
    mot: str
    accorde: int | None
    suite: str

    @property
    def est_a_ouvrir(self) -> bool:
        """Its letter waits: opening it is dated, so nothing of it is told before."""
        return self.lettre is not None and self.lettre.lue_le is None


SUITES = {
    Decision.ACCORDE: "La lettre dit comment l’aide est versée.",
    Decision.PARTIEL: "Le service vous demandera un budget révisé s’il en faut un.",
    Decision.REFUSE: "La lettre donne les voies et délais de recours.",
    Decision.AJOURNE: "Ce financeur décidera plus tard : une autre lettre suivra.",
    Decision.SANS_SUITE: "La lettre dit pourquoi.",
}


def pour_l_organisme(dossier: Dossier) -> list[Resultat]:
    """One a funder of the call, in budget order; empty before any letter. Two queries."""
    liberees = Lettre.objects.liberees().select_related("prise").order_by("pk")
    renoncees = DecisionPrise.objects.filter(
        financement=models.OuterRef("pk"), decision=Decision.RENONCE
    )
    demandes = (
        dossier.financements.filter(partenaire__isnull=False)
        .annotate(renonce_au_rang=models.Subquery(renoncees.order_by("-rang").values("rang")[:1]))
        .select_related("partenaire")
        .prefetch_related(models.Prefetch("lettres", liberees, to_attr="liberees"))
    )
    lignes = [_resultat(demande) for demande in demandes]
    return lignes if any(ligne.lettre for ligne in lignes) else []


def _resultat(demande: Any) -> Resultat:
    """The answer of a funder: what its last released letter tells, and nothing newer.

    What its organisation gave up since stays so, whatever the funder decides, until a letter says
    it.
    """
    lettre = demande.liberees[-1] if demande.liberees else None
    mot = "Décision à venir"
    accorde = None
    suite = "Ce financeur examine la demande."
    if lettre and not lettre.lue_le:
        mot = "Lettre à ouvrir"
        suite = "Ouvrez la lettre : son ouverture est datée."
    elif lettre and _a_renonce_depuis(lettre, demande.renonce_au_rang):
        mot = "Vous avez renoncé"
        suite = "Le montant est revenu au financeur."
    elif lettre and lettre.prise:
        mot = lettre.prise.get_decision_display()
        accorde = lettre.prise.montant_vote
        suite = SUITES[Decision(lettre.prise.decision)]
    elif lettre:
        mot = "Voir la lettre"
        suite = "La lettre fait foi."
    ton = demande.partenaire.ton
    return Resultat(demande.nom, ton, demande.montant, lettre, mot, accorde, suite)


def _a_renonce_depuis(lettre: Lettre, rang: int | None) -> bool:
    """`rang`: of the last time that the grant was given up, None for never."""
    if rang is None:
        return False
    return lettre.prise is None or lettre.prise.rang < rang
