"""The words that the service gives to who writes: an account, a question in common words.

A word proposes an account and never more. The help of a question stands beside its field.
"""

from collections.abc import Iterable

from django.forms import BaseForm

from partenaires.models import AideALaQuestion, MotDuBudget
from partenaires.socle import plan_comptable
from quartiers.francais import recherchable
from quartiers.memoire import Garde
from quartiers.models import Parution


def mots_du_budget() -> dict[str, str]:
    """{word without accents: account}, as the service wrote them."""
    lignes = MotDuBudget.objects.filter(est_propose=True).values_list("mot", "code")
    comptes = plan_comptable.comptes()
    return {recherchable(mot): code for mot, code in lignes if code in comptes}


def mots_par_compte() -> list[tuple[str, list[str]]]:
    """(an account in words, the words that propose it), in the order of the plan."""
    mots: dict[str, list[str]] = {}
    for ligne in MotDuBudget.objects.filter(est_propose=True):
        mots.setdefault(ligne.code, []).append(ligne.mot)
    return [
        (compte.nom, mots[compte.code])
        for compte in plan_comptable.comptes().values()
        if compte.code in mots
    ]


def compte_propose(libelle: str) -> str:
    """The account whose word is in this label, the longest one first; empty when none is."""
    texte = f" {recherchable(libelle)} "
    mots = sorted(mots_du_budget().items(), key=_longueur, reverse=True)
    return next((code for mot, code in mots if f" {mot}" in texte), "")


def _longueur(paire: tuple[str, str]) -> int:
    return len(paire[0])


les_aides = Garde(lambda: {aide.cle: aide for aide in AideALaQuestion.objects.all()}).lire
les_mots = Garde(mots_du_budget).lire


def aider(formulaires: Iterable[BaseForm], parution: Parution) -> None:
    """Give each field the help of its question, when the service wrote one."""
    aides = les_aides(parution)
    for formulaire in formulaires:
        for nom, champ in formulaire.fields.items():
            champ.aide_ecrite = aides.get(nom)  # type: ignore[attr-defined]
