"""Envelopes, and the scenarios that share them: each change says who, when, and what there was
before.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from appels.decision import scenarios
from appels.models import Appel, Enveloppe, Financement, Mouvement, Proposition, Scenario
from partenaires.models import Partenaire, Utilisateur


class Fige(Exception):
    """This scenario, or another of the call, is frozen."""


class NomPris(Exception):
    """A scenario of this call already has this name."""


class Entretemps(Exception):
    """Somebody changed these amounts since the page was shown: {request: the amount of now}."""

    def __init__(self, montants: dict[int, int | None]):
        self.montants = montants
        super().__init__(f"{len(montants)} montants changés")


class Depassement(Exception):
    """The total goes beyond an envelope: the accounts concerned."""

    def __init__(self, comptes: list[scenarios.Compte]):
        self.comptes = comptes
        super().__init__(f"{len(comptes)} enveloppes dépassées")


def doter(
    appel: Appel,
    partenaire: Partenaire,
    *,
    montant: int | None,
    plafond: int | None,
    par: Utilisateur,
    recu_le: datetime,
) -> Enveloppe:
    """A new row of envelope: the one before stays readable."""
    return Enveloppe.objects.create(
        appel=appel, partenaire=partenaire, montant=montant, plafond=plafond, par=par, le=recu_le
    )


@transaction.atomic
def creer(
    appel: Appel, nom: str, *, depuis: Scenario | None, par: Utilisateur, recu_le: datetime
) -> Scenario:
    """An empty scenario, or a copy of another. Raises `NomPris`."""
    try:
        with transaction.atomic():
            scenario = Scenario.objects.create(appel=appel, nom=nom, cree_par=par, cree_le=recu_le)
    except IntegrityError as erreur:
        raise NomPris from erreur
    if depuis:
        Proposition.objects.bulk_create(
            Proposition(scenario=scenario, financement_id=pk, montant=montant)
            for pk, montant in depuis.propositions.values_list("financement", "montant")
        )
    inscrire(
        scenario, f"Créé à partir de « {depuis} »" if depuis else "Créé", par=par, recu_le=recu_le
    )
    return scenario


def inscrire(scenario: Scenario, fait: str, *, par: Utilisateur, recu_le: datetime) -> None:
    scenario.mouvements.create(fait=fait[:200], par=par, le=recu_le)


def verrouiller_libre(scenario: Scenario) -> Scenario:
    """Locked, and still to be changed; raises `Fige`."""
    verrouille = (
        Scenario.objects.select_for_update(of=("self",)).select_related("appel").get(pk=scenario.pk)
    )
    if verrouille.fige_le:
        raise Fige
    return verrouille


@transaction.atomic
def proposer(
    scenario: Scenario,
    voulus: dict[int, tuple[int | None, int | None]],
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> int:
    """How many amounts changed. `voulus`: {request: (what the page showed, what is wanted)}, None
    for nothing.

    All or nothing: raises `Fige`, or `Entretemps` when somebody changed one of them meanwhile.
    """
    verrouille = verrouiller_libre(scenario)
    actuels = dict(
        verrouille.propositions.filter(financement__in=voulus).values_list("financement", "montant")
    )
    changes = {
        pk: (actuels.get(pk), voulu)
        for pk, (_, voulu) in voulus.items()
        if actuels.get(pk) != voulu
    }
    perdus = {pk: avant for pk, (avant, _) in changes.items() if avant != voulus[pk][0]}
    if perdus:
        raise Entretemps(perdus)
    for pk, (_, voulu) in changes.items():
        siennes = verrouille.propositions.filter(financement=pk)
        if voulu is None:
            siennes.delete()
        elif not siennes.update(montant=voulu):
            verrouille.propositions.create(financement_id=pk, montant=voulu)
    Mouvement.objects.bulk_create(
        Mouvement(
            scenario=verrouille, financement_id=pk, avant=avant, apres=voulu, par=par, le=recu_le
        )
        for pk, (avant, voulu) in changes.items()
    )
    return len(changes)


def annuler(mouvement: Mouvement, *, par: Utilisateur, recu_le: datetime) -> int:
    """Put back the amount of before. Raises `Fige`, or `Entretemps` when it was changed again
    since.
    """
    demande: Financement = mouvement.financement
    return proposer(
        mouvement.scenario,
        {demande.pk: (mouvement.apres, mouvement.avant)},
        par=par,
        recu_le=recu_le,
    )


@transaction.atomic
def figer(scenario: Scenario, *, par: Utilisateur, recu_le: datetime) -> Scenario:
    """The one that the committee keeps: one a call, within every envelope. Raises `Fige` or
    `Depassement`.
    """
    Appel.objects.select_for_update(of=("self",)).get(pk=scenario.appel_id)
    verrouille = verrouiller_libre(scenario)
    if Scenario.objects.figes().filter(appel=verrouille.appel_id).exists():
        raise Fige
    if trop := [compte for compte in scenarios.comptes(verrouille).values() if compte.depassement]:
        raise Depassement(trop)
    verrouille.fige_le, verrouille.fige_par = recu_le, par
    verrouille.save(update_fields=["fige_le", "fige_par"])
    inscrire(verrouille, "Figé", par=par, recu_le=recu_le)
    return verrouille


@transaction.atomic
def rouvrir(scenario: Scenario, *, par: Utilisateur, recu_le: datetime) -> Scenario:
    """Frozen by mistake, or to be discussed again; twice changes nothing."""
    verrouille = Scenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
    if verrouille.fige_le is None:
        return verrouille
    verrouille.fige_le = verrouille.fige_par = None
    verrouille.save(update_fields=["fige_le", "fige_par"])
    inscrire(verrouille, "Rouvert", par=par, recu_le=recu_le)
    return verrouille
