"""Envelopes, and the scenarios that share them: each change says who, when, what was before."""

from datetime import datetime

from django.db import IntegrityError, transaction

from appels.decision import regles_de_partage, scenarios
from appels.decision.conflits import MontantsChanges
from appels.decision.regles_de_partage import Consigne
from appels.models import (
    Appel,
    Dossier,
    Enveloppe,
    Financement,
    Mouvement,
    Proposition,
    Scenario,
)
from appels.socle import empechement
from partenaires.models import Partenaire, Utilisateur
from partenaires.socle.refus import AuMemeInstant, Refus
from quartiers.francais import accorder, en_euros

UN_AUTRE_EST_FIGE = "Un scénario de cet appel est déjà figé : rouvrez-le d’abord. Rien n’a changé."


class Fige(Refus):
    """This scenario, or another of the call, is frozen."""

    phrase = (
        "Ce scénario est figé : rien n’est enregistré. La ou le responsable du service peut le "
        "rouvrir."
    )


class MontantsNonLus(Refus):
    """Others changed amounts since the page of who freezes was shown."""

    def __init__(self, autres: list[Mouvement]):
        qui = ", ".join(dict.fromkeys(str(autre.par) for autre in autres))
        combien = accorder(len(autres), "montant changé", "montants changés")
        super().__init__(
            f"Depuis que vous avez ouvert la page, {combien} par {qui} : relisez le scénario, "
            "puis figez-le. Rien n’est figé."
        )


class PlusEnCourse(Refus):
    """Withdrawn, or set aside, since the page was shown."""

    def __init__(self, dossiers: list[Dossier]):
        numeros = ", ".join(dossier.numero or "" for dossier in dossiers)
        super().__init__(f"Plus en course : {numeros}. Rien n’est enregistré : rouvrez la page.")


class NomPris(Refus):
    """A scenario of this call already has this name."""

    phrase = "Un scénario de cet appel porte déjà ce nom : choisissez-en un autre."
    champ = "nom"


class Depassement(Refus):
    """The total goes beyond an envelope: the accounts concerned."""

    def __init__(self, comptes: list[scenarios.Compte]):
        self.comptes = comptes
        trop = [
            f"{compte.partenaire}, {en_euros(compte.depassement)} de trop" for compte in comptes
        ]
        super().__init__(f"Le scénario n’est pas figé : {' ; '.join(trop)}.")


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
        appel=appel,
        partenaire=partenaire,
        montant=montant,
        plafond=plafond,
        par=par,
        le=recu_le,
    )


@transaction.atomic
def doter_chacun(
    appel: Appel,
    voulues: list[tuple[Partenaire, Enveloppe | None, dict[str, int | None]]],
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """The envelopes that a page changes, together: (funder, the one that was read, what is wanted).

    Raises `AuMemeInstant` when one of them is not the last any more; nothing is then kept.
    """
    Appel.objects.select_for_update(of=("self",)).get(pk=appel.pk)
    en_vigueur = Enveloppe.objects.filter(appel=appel).en_vigueur()
    if any(en_vigueur.get(un.pk) != lue for un, lue, _ in voulues):
        raise AuMemeInstant
    for partenaire, _, voulue in voulues:
        doter(appel, partenaire, **voulue, par=par, recu_le=recu_le)


@transaction.atomic
def creer(
    appel: Appel,
    nom: str,
    *,
    depuis: Scenario | None,
    par: Utilisateur,
    recu_le: datetime,
    selon: Consigne | None = None,
) -> Scenario:
    """An empty scenario, a copy of another, or what a rule gives. Raises `NomPris`.

    A copy and a rule propose amounts anew: those of the dossiers on which this person may not act
    are left to somebody else (`ecartes`).
    """
    try:
        with transaction.atomic():
            scenario = Scenario.objects.create(appel=appel, nom=nom, cree_par=par, cree_le=recu_le)
    except IntegrityError as erreur:
        raise NomPris from erreur
    if depuis:
        laisses = ecartes(depuis, par)
        copiees = depuis.propositions.exclude(financement__dossier__in=laisses)
        Proposition.objects.bulk_create(
            Proposition(scenario=scenario, financement_id=pk, montant=montant)
            for pk, montant in copiees.values_list("financement", "montant")
        )
    if selon:
        montants = regles_de_partage.appliquer(appel, selon, par).montants
        Proposition.objects.bulk_create(
            Proposition(scenario=scenario, financement_id=pk, montant=montant)
            for pk, montant in montants.items()
        )
    fait = "Créé"
    if depuis or selon:
        origine = f"« {depuis} »" if depuis else str(selon)
        fait = f"Créé à partir de {origine}" if depuis else f"Créé selon la règle : {origine}"
    inscrire(scenario, fait, par=par, recu_le=recu_le)
    return scenario


def ecartes(scenario: Scenario, par: Utilisateur) -> list[Dossier]:
    """The dossiers of a scenario on which this person may not act."""
    proposes = Dossier.objects.filter(
        pk__in=scenario.propositions.values("financement__dossier")
    ).order_by("numero")
    _, trouves = empechement.ecarter_les_empeches(proposes, par=par)
    return trouves


def inscrire(
    scenario: Scenario,
    fait: str,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """A word on the scenario itself, in its history."""
    scenario.mouvements.create(fait=fait[:200], par=par, le=recu_le)


def verrouiller_libre(scenario: Scenario, sinon: str = "") -> Scenario:
    """Locked, and still to be changed; raises `Fige`, which says `sinon` or its own words."""
    verrouille = (
        Scenario.objects.select_for_update(of=("self",)).select_related("appel").get(pk=scenario.pk)
    )
    if verrouille.fige_le:
        raise Fige(sinon)
    return verrouille


@transaction.atomic
def proposer(
    scenario: Scenario,
    voulus: dict[int, tuple[int | None, int | None]],
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> int:
    """How many amounts changed.

    `voulus`: {request: (what the page showed, what is wanted)}, None for nothing. All or nothing:
    raises `Fige`, `Empeche`, `PlusEnCourse`, or `MontantsChanges` when somebody changed one of them
    meanwhile.
    """
    concernes = Financement.objects.filter(pk__in=voulus).values("dossier")
    verrouilles = Dossier.objects.select_for_update(of=("self",)).filter(pk__in=concernes)
    dossiers = list(verrouilles.order_by("pk"))
    empechement.exiger_chacun(par, dossiers)
    if sortis := [dossier for dossier in dossiers if not dossier.est_en_course]:
        raise PlusEnCourse(sortis)
    verrouille = verrouiller_libre(scenario)  # after the dossiers, as everywhere
    actuels = dict(
        verrouille.propositions.filter(financement__in=voulus).values_list("financement", "montant")
    )
    changes = {}
    perdus = {}
    for demande, (vu, voulu) in voulus.items():
        actuel = actuels.get(demande)
        if actuel == voulu:
            continue
        changes[demande] = (actuel, voulu)
        if actuel != vu:
            perdus[demande] = actuel
    if perdus:
        raise MontantsChanges(perdus)
    for demande, (_, voulu) in changes.items():
        _poser(verrouille, demande, voulu)
    Mouvement.objects.bulk_create(
        Mouvement(
            scenario=verrouille,
            financement_id=demande,
            avant=actuel,
            apres=voulu,
            par=par,
            le=recu_le,
        )
        for demande, (actuel, voulu) in changes.items()
    )
    return len(changes)


def _poser(scenario: Scenario, demande: int, montant: int | None) -> None:
    """The amount of a request in a scenario; None takes it away."""
    propositions = scenario.propositions.filter(financement=demande)
    if montant is None:
        propositions.delete()
    elif not propositions.update(montant=montant):
        scenario.propositions.create(financement_id=demande, montant=montant)


def annuler(
    mouvement: Mouvement,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> int:
    """Put back the amount of before.

    Raises `Fige`, `Empeche`, or `MontantsChanges` if it changed since.
    """
    assert mouvement.financement_id  # a word on the scenario puts nothing back
    return proposer(
        mouvement.scenario,
        {mouvement.financement_id: (mouvement.apres, mouvement.avant)},
        par=par,
        recu_le=recu_le,
    )


@transaction.atomic
def figer(
    scenario: Scenario,
    *,
    par: Utilisateur,
    recu_le: datetime,
    lu: int | None = None,
) -> Scenario:
    """The one that the committee keeps: one a call, within every envelope.

    It decides nothing of a project: those on which this person may not act keep the amounts that
    others proposed, and the history names them. `lu`: the last change that the page showed.
    Raises `Fige`, `MontantsNonLus` or `Depassement`.
    """
    Appel.objects.select_for_update(of=("self",)).get(pk=scenario.appel_id)
    verrouille = verrouiller_libre(scenario, UN_AUTRE_EST_FIGE)
    if Scenario.objects.figes().filter(appel=verrouille.appel_id).exists():
        raise Fige(UN_AUTRE_EST_FIGE)
    if lu is not None:
        _exiger_les_montants_lus(verrouille, lu, par)
    trop = [compte for compte in scenarios.comptes(verrouille).values() if compte.depassement]
    if trop:
        raise Depassement(trop)
    verrouille.fige_le = recu_le
    verrouille.fige_par = par
    verrouille.save(update_fields=["fige_le", "fige_par"])
    inscrire(verrouille, "Figé", par=par, recu_le=recu_le)
    for dossier in ecartes(verrouille, par):
        sans = f"Figé sans se prononcer sur {dossier.numero}"
        inscrire(verrouille, sans, par=par, recu_le=recu_le)
    return verrouille


def _exiger_les_montants_lus(scenario: Scenario, lu: int, par: Utilisateur) -> None:
    """One’s own changes since the page was shown are known: it saves them by itself."""
    depuis = scenario.mouvements.filter(pk__gt=lu, financement__isnull=False).exclude(par=par)
    if autres := list(depuis.select_related("par")):
        raise MontantsNonLus(autres)


@transaction.atomic
def rouvrir(
    scenario: Scenario,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Scenario:
    """Frozen by mistake, or to be discussed again; twice changes nothing."""
    verrouille = Scenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
    if verrouille.fige_le is None:
        return verrouille
    verrouille.fige_le = None
    verrouille.fige_par = None
    verrouille.save(update_fields=["fige_le", "fige_par"])
    inscrire(verrouille, "Rouvert", par=par, recu_le=recu_le)
    return verrouille
