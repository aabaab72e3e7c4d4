"""What each funder decided, and the day when everybody may read it. Amounts in cents."""

from datetime import date, datetime

from django.db import models, transaction

from appels.decision.conflits import DecisionsChangees
from appels.instruction.actions.examen import exiger_sans_signal
from appels.models import (
    ACCORDS,
    Acte,
    Appel,
    Decision,
    Dossier,
    Enveloppe,
    Financement,
    Passage,
    Scenario,
)
from appels.socle import empechement
from partenaires.models import Partenaire, Utilisateur
from partenaires.socle.refus import Refus
from quartiers.francais import en_euros
from quartiers.models import Parution


class HorsCourse(Refus):
    """The dossier was withdrawn or set aside meanwhile."""

    phrase = "Ce dossier n’est plus en course : rien n’est enregistré."


class RienAPublier(Refus):
    """No funder has granted anything in this call yet."""

    phrase = "Aucun accord n’est saisi dans cet appel : il n’y a rien à publier."


class RienADecider(Refus):
    """The frozen scenario proposes nothing that this funder has not decided."""

    phrase = "Tout est déjà décidé, ou attend qu’un signalement soit résolu. Rien n’a changé."
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
    """The organisation has been told: its decision does not change by typing over it."""

    phrase = (
        "L’organisme a déjà reçu la lettre qui annonce cette décision : elle ne se change plus "
        "ici. Rien n’est enregistré."
    )


@transaction.atomic
def saisir(
    dossier: Dossier,
    decisions: list[Financement],
    *,
    vues: dict[int, str] | None = None,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """What an agent enters: not while a flag stands, once out of the race, or beyond an envelope.

    `vues`: {request: the print of the decision that the page showed}. Raises `SignalPose`,
    `HorsCourse`, `DecisionsChangees`, `EnveloppeDepassee` or `DejaLibere`; nothing is then kept.
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
    decider(verrouille, decisions, par=par, recu_le=recu_le)


@transaction.atomic
def decider(
    dossier: Dossier,
    decisions: list[Financement],
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """Keep the decisions of the funders on a deposited dossier; logged line by line.

    Raises `DejaLibere` or `EnveloppeDepassee`.
    """
    empechement.exiger(par, dossier)
    verrouiller_l_appel(dossier.appel_id)  # nobody releases meanwhile
    if any(decision.lettres.liberees().exists() for decision in decisions):
        raise DejaLibere
    _ecrire(dossier, decisions, par=par, recu_le=recu_le)
    accordent = {decision.partenaire_id for decision in decisions if decision.decision in ACCORDS}
    exiger_dans_les_enveloppes(dossier.appel_id, accordent)
    if decisions:
        Parution.avancer(recu_le)


def _ecrire(
    dossier: Dossier,
    decisions: list[Financement],
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """Save and log each; the envelopes are counted after."""
    for financement in decisions:
        financement.save(update_fields=["decision", "montant_vote", "decide_le", "acte", "motif"])
        decision = financement.get_decision_display() or "décision retirée"
        Passage.objects.create(
            dossier=dossier,
            acte=Acte.DECIDER,
            par=par,
            le=recu_le,
            motif=f"{financement.nom} : {decision}"[:300],
        )


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


def a_decider(scenario: Scenario, partenaire: Partenaire) -> models.QuerySet:
    """The requests to a funder that it has not decided, with the amount `propose` of a scenario."""
    proposition = scenario.propositions.filter(financement=models.OuterRef("pk")).values("montant")
    en_course = Dossier.objects.filter(appel=scenario.appel_id).deposes().en_course()
    return (
        Financement.objects.filter(dossier__in=en_course, partenaire=partenaire, decision="")
        .annotate(propose=models.Subquery(proposition))
        .exclude(propose=None)
        .select_related("dossier")
        .order_by("dossier__numero")
    )


@transaction.atomic
def decider_selon_le_scenario(
    scenario: Scenario,
    partenaire: Partenaire,
    *,
    decide_le: date,
    acte: str,
    motif: str,
    par: Utilisateur,
    recu_le: datetime,
) -> tuple[int, list[Dossier], list[Dossier]]:
    """What a funder decides by one act, from the frozen scenario.

    How many decisions, the dossiers that a flag keeps aside, and those on which this person may
    not act. `motif` goes with refusals.
    Raises `RienADecider` or `EnveloppeDepassee`; nothing is then kept.
    """
    concernes = a_decider(scenario, partenaire).values("dossier")
    verrouilles = Dossier.objects.select_for_update(of=("self",)).filter(pk__in=concernes)
    gardes, ecartes = empechement.ecarter_les_empeches(verrouilles.order_by("pk"), par=par)
    verrouiller_l_appel(scenario.appel_id)  # after the dossiers, as everywhere
    signales = []
    combien = 0
    for demande in a_decider(scenario, partenaire).filter(dossier__in=gardes):
        if demande.dossier.signaux.poses().exists():
            signales.append(demande.dossier)
            continue
        propose: int = demande.propose
        demande.decision = selon(demande, propose)
        demande.decide_le = decide_le
        demande.acte = acte
        accorde = demande.decision in ACCORDS
        demande.montant_vote = propose if accorde else None
        demande.motif = "" if accorde else motif
        _ecrire(demande.dossier, [demande], par=par, recu_le=recu_le)
        combien += 1
    if not combien:
        raise RienADecider(empechement.nommer(ecartes))
    exiger_dans_les_enveloppes(scenario.appel_id, {partenaire.pk}, champ="partenaire")
    Parution.avancer(recu_le)
    return combien, signales, ecartes


@transaction.atomic
def publier(
    appel: Appel,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Appel:
    """Everybody may read the grants of this call; twice changes nothing. Raises `RienAPublier`."""
    verrouille = verrouiller_l_appel(appel.pk)
    if verrouille.decisions_publiees_le:
        return verrouille
    if not Financement.objects.accordes().filter(dossier__appel=verrouille).exists():
        raise RienAPublier
    verrouille.decisions_publiees_le = recu_le
    verrouille.decisions_publiees_par = par
    verrouille.save(update_fields=["decisions_publiees_le", "decisions_publiees_par"])
    Parution.avancer(recu_le)
    return verrouille
