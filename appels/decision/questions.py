"""What a meeting has to settle of a project, in one sentence: the first that holds is said."""

from appels.decision.scenarios import Case, Compte, Ligne
from appels.models import Sens
from quartiers import articles
from quartiers.francais import en_euros


def a_trancher(ligne: Ligne) -> str:
    """An envelope gone beyond, an amount or an opinion missing, a disagreement, a reservation."""
    couples = [(compte, case) for compte, cases in ligne.colonnes for case in cases]
    for dire in (_enveloppe, _montant, _desaccord, _attendu, _reserve):
        phrase = dire(couples)
        if phrase:
            return phrase
    return (
        f"Retenir {en_euros(ligne.propose)} sur {en_euros(ligne.demande)} demandés, comme proposé ?"
    )


Couples = list[tuple[Compte, Case]]


def _enveloppe(couples: Couples) -> str:
    """How far down the amount must go for the envelope to hold."""
    for compte, case in couples:
        if compte.depassement and case.propose:
            tenu = max(0, case.propose - compte.depassement)
            return (
                f"Ramener {articles.le(compte.nom)} de {en_euros(case.propose)} à {en_euros(tenu)} "
                "pour tenir son enveloppe ?"
            )
    return ""


def _montant(couples: Couples) -> str:
    for compte, case in couples:
        if case.propose is None:
            demande = en_euros(case.financement.montant or 0)
            return f"Quel montant pour {articles.le(compte.nom)}, sur {demande} demandés ?"
    return ""


def _desaccord(couples: Couples) -> str:
    """One says yes, another says no."""
    favorables = [compte.nom for compte, case in couples if _dit(case, Sens.FAVORABLE)]
    contraires = [compte.nom for compte, case in couples if _dit(case, Sens.DEFAVORABLE)]
    if not favorables or not contraires:
        return ""
    return f"Retenir ce projet malgré l’avis défavorable {articles.de(contraires[0])} ?"


def _attendu(couples: Couples) -> str:
    for compte, case in couples:
        if case.avis is None and not case.est_cache:
            return f"Se prononcer sans l’avis {articles.de(compte.nom)} ?"
    return ""


def _reserve(couples: Couples) -> str:
    for compte, case in couples:
        if _dit(case, Sens.RESERVE):
            return f"Lever la réserve {articles.de(compte.nom)} ?"
    return ""


def _dit(case: Case, sens: Sens) -> bool:
    return case.avis is not None and case.avis.sens == sens
