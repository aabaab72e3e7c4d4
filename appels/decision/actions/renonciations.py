"""An organisation gives up what a funder granted: its own act, which the funder does not undo."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from appels.decision import courriels
from appels.decision.actions.decisions import verrouiller_l_appel
from appels.models import Acte, Decision, Dossier, Financement
from appels.models.financement import FinancementQuerySet
from appels.socle import reveil, soutiens
from appels.socle.empechement import verrouiller_pour_rediger
from partenaires.models import Utilisateur
from partenaires.socle.refus import Refus
from quartiers import suites


class RienARenoncer(Refus):
    """None of what is ticked is granted by a letter received, or somebody gave it up meanwhile."""

    phrase = "Cochez une subvention accordée par lettre et encore en vigueur. Rien n’a changé."
    champ = "subventions"


def renoncables(dossier: Dossier) -> FinancementQuerySet:
    """What is granted on a dossier, as its organisation was told."""
    return (
        dossier.financements.accordes()
        .filter(prises__remplacee_le__isnull=True, prises__lettres__liberee_le__isnull=False)
        .select_related("partenaire")
        .order_by("pk")
    )


@transaction.atomic
@suites.en_une_fois()
def renoncer(
    dossier: Dossier,
    cochees: Collection[int],
    motif: str,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> list[Financement]:
    """What is ticked is not granted any more, nor counts in its envelope; what was given up.

    The public line stays, and says so. Raises `RienARenoncer`.
    """
    verrouille = verrouiller_pour_rediger(dossier, par=par)
    verrouiller_l_appel(verrouille.appel_id)
    renonces = list(renoncables(verrouille).filter(pk__in=cochees))
    if not renonces:
        raise RienARenoncer
    for financement in renonces:
        passage = verrouille.passages.create(
            acte=Acte.RENONCER, par=par, le=recu_le, motif=f"{financement.nom} : {motif}"[:300]
        )
        financement.decision = Decision.RENONCE
        financement.montant_vote = None
        financement.decide_le = None
        financement.acte = ""
        financement.motif = motif
        financement.prononcer(par=par, le=recu_le, passage=passage)
    noms = [financement.nom for financement in renonces]
    courriels.renonciation(verrouille, noms, par=par, le=recu_le)
    soutiens.renouveler([verrouille.pk], recu_le)
    reveil.apres_commit("appels.envoyer_courriels")
    return renonces
