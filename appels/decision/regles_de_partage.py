"""Rules that fill a new scenario by themselves: seen first, never laid over another. Cents."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import models

from appels.decision import scenarios
from appels.decision.scenarios import Case, Compte, Ligne
from appels.models import Appel, Dossier, Scenario, Sens
from appels.socle import empechement
from partenaires.models import Utilisateur
from quartiers.francais import accorder

EURO = 100  # cents
FAVORABLES = (Sens.FAVORABLE, Sens.RESERVE)  # as the word of a meeting: with a reservation too


class Regle(models.TextChoices):
    """Where the amounts of a new scenario come from."""

    AVIS = "avis", "Reprendre les montants des avis partagés"
    FAVORABLES = "favorables", "Une part de la demande, si assez d’avis sont favorables"


@dataclass(frozen=True)
class Consigne:
    """A rule and what it asks: the share of what is asked, in %, how many favourable opinions."""

    regle: Regle
    part: int = 100
    favorables: int = 1

    def __str__(self) -> str:
        if self.regle == Regle.AVIS:
            return "les montants des avis partagés"
        assez = accorder(self.favorables, "avis favorable")
        return f"{self.part} % de la demande si au moins {assez}"


@dataclass
class Resultat:
    """What a rule would give: {request: amount}, and what it leaves aside."""

    montants: dict[int, int] = field(default_factory=dict)
    comptes: list[Compte] = field(default_factory=list)
    projets: int = 0
    plafonnes: int = 0  # amounts brought down to a ceiling or to an envelope
    ecartes: list[Dossier] = field(default_factory=list)

    @property
    def propose(self) -> int:
        return sum(self.montants.values())

    @property
    def trop(self) -> list[Compte]:
        """The funders whose envelope the rule would go beyond."""
        return [compte for compte in self.comptes if compte.depassement]


def appliquer(appel: Appel, consigne: Consigne, par: Utilisateur) -> Resultat:
    """On the projects of a call on which this person may act; the others are left to somebody
    else, and named.

    Nothing is written.
    """
    vierge = Scenario(appel=appel)
    comptes = scenarios.comptes(vierge)
    tous = Dossier.objects.deposes().filter(appel=appel).en_course().order_by("numero")
    gardes, ecartes = empechement.ecarter_les_empeches(tous.select_related("porteur"), par=par)
    resultat = Resultat(comptes=list(comptes.values()), ecartes=ecartes)
    for ligne in scenarios.lignes(vierge, gardes, comptes):
        donnes = _du_projet(ligne, consigne)
        for case, voulu in donnes:
            compte = comptes[case.financement.partenaire_id or 0]  # all are funders of the call
            montant = _borne(voulu, compte)
            resultat.plafonnes += montant < voulu
            resultat.montants[case.financement.pk] = montant
            compte.propose += montant
        resultat.projets += bool(donnes)
    return resultat


def _du_projet(ligne: Ligne, consigne: Consigne) -> list[tuple[Case, int]]:
    """(request, amount) of those to which the rule gives something, zero included."""
    if consigne.regle == Regle.AVIS:
        return list(_d_apres_les_avis(ligne.cases))
    favorables = {
        case.financement.partenaire_id
        for case in ligne.cases
        if case.avis and case.avis.sens in FAVORABLES
    }
    if len(favorables) < consigne.favorables:
        return []
    return list(_une_part(ligne.cases, consigne.part))


def _d_apres_les_avis(cases: Iterable[Case]) -> Iterable[tuple[Case, int]]:
    """What each funder proposes; nothing where it says yes without an amount."""
    for case in cases:
        if case.avis is None or case.avis.sens == Sens.DEPORT:
            continue
        if case.avis.sens == Sens.DEFAVORABLE:
            yield case, 0
        elif case.avis.montant_propose is not None:
            yield case, case.avis.montant_propose


def _une_part(cases: Iterable[Case], part: int) -> Iterable[tuple[Case, int]]:
    """The share of what is asked, down to the euro; zero from a funder that says no."""
    for case in cases:
        if case.financement.montant is None:
            continue
        if case.avis and case.avis.sens == Sens.DEFAVORABLE:
            yield case, 0
            continue
        yield case, case.financement.montant * part // 100 // EURO * EURO


def _borne(montant: int, compte: Compte) -> int:
    """Within the ceiling by project and the envelope, as an amount that is typed."""
    bornes = [borne for borne in (compte.plafond, compte.enveloppe) if borne is not None]
    return min([montant, *bornes])
