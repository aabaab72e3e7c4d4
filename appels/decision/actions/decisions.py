"""What each funder decided, one decision after another. Amounts in cents."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from appels.decision import decomptes, scenarios
from appels.decision.conflits import DecisionsChangees
from appels.instruction.actions.examen import exiger_sans_signal
from appels.models import (
    ACCORDS,
    Acte,
    Appel,
    Barriere,
    Decision,
    Dossier,
    Enveloppe,
    Financement,
    Passage,
    Scenario,
    SensComite,
    Signal,
)
from appels.socle import barrieres, empechement
from partenaires.models import Partenaire, Utilisateur
from partenaires.socle.refus import Conflit, Refus
from quartiers import suites
from quartiers.francais import en_euros


class HorsCourse(Refus):
    """The dossier was withdrawn or set aside meanwhile."""

    phrase = "Ce dossier n’est plus en course : rien n’est enregistré."


class RienADecider(Refus):
    """The frozen scenario proposes nothing that this funder has not decided."""

    phrase = (
        "Tout est déjà décidé, ou attend : un signalement, une barrière, un ajournement du comité. "
        "Rien n’a changé."
    )
    champ = "partenaire"


class ScenarioChange(Conflit):
    """The scenario was opened again, or its amounts or its requests are not those of the page."""

    phrase = (
        "Ce qui reste à décider a changé depuis que cette page est montrée, ou le scénario n’est "
        "plus figé : rien n’est enregistré. Relisez les montants, puis enregistrez."
    )
    champ = "partenaire"


class EnveloppeDepassee(Refus):
    """What a funder grants would go beyond its envelope; `trop`: how much too much, in cents."""

    def __init__(
        self,
        partenaire: Partenaire,
        trop: int,
        phrase: str = "",
        *,
        champ: str | None = None,
    ):
        self.partenaire = partenaire
        self.trop = trop
        super().__init__(
            phrase
            or f"{partenaire} : le total voté dépasserait son enveloppe de {en_euros(trop)}. "
            "Baissez un montant, ou modifiez l’enveloppe. Rien n’est enregistré.",
            champ=champ,
        )


class DejaLibere(Refus):
    """The organisation was told: another decision says why it comes, in a letter of its own."""

    phrase = (
        "L’organisme a déjà reçu la lettre qui annonce cette décision : dites pourquoi elle "
        "change, une nouvelle lettre l’annoncera. Rien n’est enregistré."
    )


class NotifieeNeSEffacePas(Refus):
    """What an organisation was told is replaced by another decision, never by none."""

    phrase = (
        "L’organisme a déjà reçu la lettre qui annonce cette décision : remplacez-la par une "
        "autre, elle ne s’efface pas. Rien n’est enregistré."
    )


@dataclass
class Reprise:
    """What one act decided, and the dossiers that it leaves aside, each with the reason."""

    combien: int = 0
    laisses: list[tuple[Dossier, str]] = field(default_factory=list)
    ecartes: list[Dossier] = field(default_factory=list)  # on which this person may not act


@transaction.atomic
@suites.en_une_fois()
def saisir(
    dossier: Dossier,
    decisions: list[Financement],
    *,
    vues: dict[int, str] | None = None,
    pourquoi: dict[int, str] | None = None,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """What an agent enters: not while a flag or a barrier stands, nor beyond an envelope.

    `vues`: {request: the print of the decision that the page showed}; `pourquoi`: {request: why it
    changes after its letter}. Raises `HorsCourse`, `SignalPose`, `DecisionsChangees`, or what
    `decider` raises; nothing is then kept.
    """
    verrouille = empechement.verrouiller_pour_instruire(dossier, par=par)
    if not verrouille.est_en_course:
        raise HorsCourse(verrouille.entre_temps())
    exiger_sans_signal(verrouille)
    verrouiller_l_appel(dossier.appel_id)
    vues = vues or {}
    actuelles = Financement.objects.filter(pk__in=vues).select_related("partenaire")
    changees = [actuelle for actuelle in actuelles if actuelle.empreinte != vues[actuelle.pk]]
    if changees:
        raise DecisionsChangees(changees)
    decider(verrouille, decisions, pourquoi=pourquoi, par=par, recu_le=recu_le)


@transaction.atomic
@suites.en_une_fois()
def decider(
    dossier: Dossier,
    decisions: list[Financement],
    *,
    pourquoi: dict[int, str] | None = None,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """Keep the decisions of the funders on a deposited dossier; logged line by line.

    Raises `Barre`, `DejaLibere`, `NotifieeNeSEffacePas` or `EnveloppeDepassee`.
    """
    empechement.exiger(par, dossier)
    verrouiller_l_appel(dossier.appel_id)  # nobody releases meanwhile
    pourquoi = pourquoi or {}
    prises = {decision.decision for decision in decisions} - {""}
    if prises:
        barrieres.exiger(dossier, recu_le, pour_ajourner=prises == {Decision.AJOURNE})
    for decision in decisions:
        if decision.lettres.liberees().exists():
            if not decision.decision:
                raise NotifieeNeSEffacePas
            if not pourquoi.get(decision.pk):
                raise DejaLibere
    for decision in decisions:
        _prononcer(decision, pourquoi.get(decision.pk, ""), par=par, recu_le=recu_le)
    accordent = {decision.partenaire_id for decision in decisions if decision.decision in ACCORDS}
    exiger_dans_les_enveloppes(dossier.appel_id, accordent)


def _prononcer(
    financement: Financement,
    pourquoi: str = "",
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """Keep and log one; the envelopes are counted after."""
    decision = financement.get_decision_display() or "décision retirée"
    passage = Passage.objects.create(
        dossier_id=financement.dossier_id,
        acte=Acte.DECIDER,
        par=par,
        le=recu_le,
        motif=f"{financement.nom} : {decision}"[:300],
    )
    financement.prononcer(par=par, le=recu_le, pourquoi=pourquoi, passage=passage)


def verrouiller_l_appel(pk: int) -> Appel:
    """The call, locked: its decisions come one by one, so that its envelopes count right."""
    return Appel.objects.select_for_update(of=("self",)).get(pk=pk)


def votes(appel_pk: int) -> dict[int | None, int]:
    """{funder: what it grants in this call, in cents}.

    A dossier withdrawn since gives its money back.
    """
    en_course = Dossier.objects.filter(appel=appel_pk).en_course()
    return dict(
        Financement.objects.accordes()
        .filter(dossier__in=en_course, partenaire__isnull=False)
        .order_by()
        .values_list("partenaire")
        .annotate(total=models.Sum("montant_vote"))
    )


def exiger_dans_les_enveloppes(
    appel_pk: int,
    partenaires: set[int | None],
    *,
    champ: str | None = None,
) -> None:
    """Raises `EnveloppeDepassee` for the first of these funders that grants more than it has.

    `champ`: the field of the form where that is said.
    """
    if not partenaires:
        return
    totaux = votes(appel_pk)
    for cle, enveloppe in Enveloppe.objects.filter(appel=appel_pk).en_vigueur().items():
        if cle not in partenaires or enveloppe.montant is None:
            continue
        trop = totaux.get(cle, 0) - enveloppe.montant
        if trop > 0:
            raise EnveloppeDepassee(Partenaire.objects.get(pk=cle), trop, champ=champ)


def selon(demande: Financement, montant: int) -> Decision:
    """What an amount means beside what was asked."""
    if montant == 0:
        return Decision.REFUSE
    return Decision.PARTIEL if montant < (demande.montant or 0) else Decision.ACCORDE


def a_decider(scenario: Scenario, partenaire: Partenaire) -> models.QuerySet[Any]:
    """The requests to a funder that it has not decided, with the amount `propose` of a scenario."""
    return (
        scenarios.proposees(scenario)
        .filter(partenaire=partenaire, decision="", propose__isnull=False)
        .select_related("dossier", "partenaire")
        .order_by("dossier__numero", "pk")
    )


@transaction.atomic
@suites.en_une_fois()
def decider_selon_le_scenario(
    scenario: Scenario,
    partenaire: Partenaire,
    *,
    decide_le: date,
    acte: str,
    motif: str,
    verse_des: date | None = None,
    verse_jusqu_au: date | None = None,
    par: Utilisateur,
    recu_le: datetime,
    vu: str | None = None,
) -> Reprise:
    """What a funder decides by one act, from the frozen scenario.

    `vu`: the print of what the page showed left to decide (`decomptes.repere`).

    A flag, a barrier, or a meeting that put it off keeps a dossier aside. `motif` goes with
    refusals. Raises `ScenarioChange`, `RienADecider` or `EnveloppeDepassee`; nothing is then kept.
    """
    concernes = a_decider(scenario, partenaire).values("dossier")
    verrouilles = Dossier.objects.select_for_update(of=("self",)).filter(pk__in=concernes)
    dossiers = list(verrouilles.order_by("pk"))
    verrouiller_l_appel(scenario.appel_id)  # after the dossiers, as everywhere
    _exiger_le_scenario_lu(scenario, partenaire, vu)
    gardes, ecartes = empechement.ecarter_les_empeches(dossiers, par=par)
    barrees = barrieres.dressees(gardes, recu_le)
    signales = set(Signal.objects.poses().filter(dossier__in=dossiers).values_list("dossier"))
    reprise = Reprise(ecartes=ecartes)
    for demande in a_decider(scenario, partenaire).filter(dossier__in=gardes):
        pourquoi = _pourquoi_laisser(demande, barrees, signales)
        if pourquoi:
            reprise.laisses.append((demande.dossier, pourquoi))
            continue
        demande.decide_le = decide_le
        demande.acte = acte
        demande.motif = motif
        demande.verse_des = verse_des
        demande.verse_jusqu_au = verse_jusqu_au
        _suivre_le_scenario(demande, demande.propose)
        _prononcer(demande, par=par, recu_le=recu_le)
        reprise.combien += 1
    if not reprise.combien:
        raise RienADecider(
            _en_toutes_lettres(reprise.laisses) or empechement.nommer(reprise.ecartes)
        )
    exiger_dans_les_enveloppes(scenario.appel_id, {partenaire.pk}, champ="partenaire")
    return reprise


def _suivre_le_scenario(demande: Financement, propose: int) -> None:
    """What this amount decides (cents): a grant has payments, the rest its reason."""
    demande.decision = selon(demande, propose)
    if demande.decision in ACCORDS:
        demande.montant_vote = propose
        demande.motif = ""
    else:
        demande.montant_vote = None
        demande.verse_des = None
        demande.verse_jusqu_au = None


def _exiger_le_scenario_lu(scenario: Scenario, partenaire: Partenaire, vu: str | None) -> None:
    """Still frozen, and giving this funder what was read: nobody reopens it meanwhile.

    Raises `ScenarioChange`.
    """
    tenu = Scenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
    restes = a_decider(scenario, partenaire).order_by("pk").values_list("propose", flat=True)
    if tenu.fige_le is None or (vu is not None and vu != decomptes.repere(restes)):
        raise ScenarioChange


def _en_toutes_lettres(laisses: list[tuple[Dossier, str]]) -> str:
    """Why nothing is left to decide; empty for the general sentence."""
    if not laisses:
        return ""
    noms = " ; ".join(f"{dossier.numero}, {pourquoi}" for dossier, pourquoi in laisses)
    return f"Rien n’a changé : tout est déjà décidé, ou laissé de côté ({noms})."


def _pourquoi_laisser(
    demande: Any,
    barrees: dict[int, list[Barriere]],
    signales: set[tuple[int]],
) -> str:
    """Why one act leaves this request aside; empty when it decides it."""
    if (demande.dossier_id,) in signales:
        return "un signalement l’arrête"
    dressees = barrees.get(demande.dossier_id, [])
    if dressees == [Barriere.COMITE] and demande.mot == SensComite.AJOURNE:
        return "le comité l’a ajourné"
    return barrieres.raison(dressees)
