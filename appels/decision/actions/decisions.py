"""What each funder decided, and the day when everybody may read it. Amounts in cents."""

from datetime import date, datetime

from django.db import models, transaction

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
from appels.socle.verrous import verrouiller
from partenaires.models import Partenaire, Utilisateur
from quartiers.models import Parution


class HorsCourse(Exception):
    """The dossier was withdrawn or set aside meanwhile."""


class RienAPublier(Exception):
    """No funder has granted anything in this call yet."""


class RienADecider(Exception):
    """The frozen scenario proposes nothing that this funder has not decided."""


class EnveloppeDepassee(Exception):
    """What a funder grants would go beyond its envelope; how much too much."""

    def __init__(self, partenaire: Partenaire, trop: int):
        self.partenaire, self.trop = partenaire, trop
        super().__init__(f"{partenaire} : {trop}")


class Entretemps(Exception):
    """Somebody changed these decisions since the page was shown: as they are now."""

    def __init__(self, actuelles: list[Financement]):
        self.actuelles = actuelles
        super().__init__(f"{len(actuelles)} décisions changées")


class DejaLibere(Exception):
    """The organisation has been told: the decision does not change by typing over it, whatever the
    way.
    """

    def __init__(self, dossier: Dossier):
        self.dossier = dossier
        super().__init__(dossier.numero)


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
    `HorsCourse`, `Entretemps`, `EnveloppeDepassee` or `DejaLibere`; nothing is then kept.
    """
    verrouille = verrouiller(dossier)
    if not verrouille.est_en_course:
        raise HorsCourse
    exiger_sans_signal(verrouille)
    verrouiller_l_appel(dossier.appel_id)
    actuelles = Financement.objects.filter(pk__in=vues or ()).select_related("partenaire")
    if changees := [actuelle for actuelle in actuelles if actuelle.empreinte != vues[actuelle.pk]]:
        raise Entretemps(changees)
    decider(verrouille, decisions, par=par, recu_le=recu_le)


@transaction.atomic
def decider(
    dossier: Dossier, decisions: list[Financement], *, par: Utilisateur, recu_le: datetime
) -> None:
    """Keep the decisions of the funders on a deposited dossier; logged line by line.

    Raises `DejaLibere` or `EnveloppeDepassee`.
    """
    verrouiller_l_appel(dossier.appel_id)  # nobody releases meanwhile
    if any(decision.lettres.liberees().exists() for decision in decisions):
        raise DejaLibere(dossier)
    _ecrire(dossier, decisions, par=par, recu_le=recu_le)
    exiger_dans_les_enveloppes(
        dossier.appel_id, {f.partenaire_id for f in decisions if f.decision in ACCORDS}
    )
    if decisions:
        Parution.avancer(recu_le)


def _ecrire(
    dossier: Dossier, decisions: list[Financement], *, par: Utilisateur, recu_le: datetime
) -> None:
    for financement in decisions:
        financement.save(update_fields=["decision", "montant_vote", "decide_le", "acte", "motif"])
        Passage.objects.create(
            dossier=dossier,
            acte=Acte.DECIDER,
            par=par,
            le=recu_le,
            motif=f"{financement.nom} : {financement.get_decision_display() or 'décision retirée'}"[
                :300
            ],
        )


def verrouiller_l_appel(pk: int) -> Appel:
    """Two decisions on a call are taken one after the other, so that its envelopes are counted
    right.
    """
    return Appel.objects.select_for_update(of=("self",)).get(pk=pk)


def votes(appel_pk: int) -> dict[int, int]:
    """{funder: what it grants in this call, in cents}; a dossier withdrawn since gives its money
    back.
    """
    return dict(
        Financement.objects.accordes()
        .filter(
            dossier__in=Dossier.objects.filter(appel=appel_pk).en_course(), partenaire__isnull=False
        )
        .order_by()
        .values_list("partenaire")
        .annotate(n=models.Sum("montant_vote"))
    )


def exiger_dans_les_enveloppes(appel_pk: int, partenaires: set[int]) -> None:
    """Raises `EnveloppeDepassee` for the first of these funders that grants more than it has."""
    if not partenaires:
        return
    totaux = votes(appel_pk)
    for cle, enveloppe in Enveloppe.objects.filter(appel=appel_pk).en_vigueur().items():
        if (
            cle in partenaires
            and enveloppe.montant is not None
            and totaux.get(cle, 0) > enveloppe.montant
        ):
            raise EnveloppeDepassee(Partenaire.objects.get(pk=cle), totaux[cle] - enveloppe.montant)


def selon(demande: Financement, montant: int) -> Decision:
    """What an amount means beside what was asked."""
    if montant == 0:
        return Decision.REFUSE
    return Decision.PARTIEL if montant < (demande.montant or 0) else Decision.ACCORDE


def a_decider(scenario: Scenario, partenaire: Partenaire):
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
) -> tuple[int, list[Dossier]]:
    """What a funder decides by one act, from the frozen scenario: (how many, the dossiers that a
    flag keeps aside).

    `motif` goes with refusals. Raises `RienADecider` or `EnveloppeDepassee`; nothing is then kept.
    """
    concernes = a_decider(scenario, partenaire).values("dossier")
    list(Dossier.objects.select_for_update(of=("self",)).filter(pk__in=concernes).order_by("pk"))
    verrouiller_l_appel(scenario.appel_id)  # after the dossiers, as everywhere
    signales, combien = [], 0
    for demande in a_decider(scenario, partenaire):
        if demande.dossier.signaux.poses().exists():
            signales.append(demande.dossier)
            continue
        demande.decision, demande.decide_le, demande.acte = (
            selon(demande, demande.propose),
            decide_le,
            acte,
        )
        accorde = demande.decision in ACCORDS
        demande.montant_vote, demande.motif = (demande.propose, "") if accorde else (None, motif)
        _ecrire(demande.dossier, [demande], par=par, recu_le=recu_le)
        combien += 1
    if not combien:
        raise RienADecider
    exiger_dans_les_enveloppes(scenario.appel_id, {partenaire.pk})
    Parution.avancer(recu_le)
    return combien, signales


@transaction.atomic
def publier(appel: Appel, *, par: Utilisateur, recu_le: datetime) -> Appel:
    """Everybody may read the grants of this call; twice changes nothing. Raises `RienAPublier`."""
    verrouille = verrouiller_l_appel(appel.pk)
    if verrouille.decisions_publiees_le:
        return verrouille
    if not Financement.objects.accordes().filter(dossier__appel=verrouille).exists():
        raise RienAPublier
    verrouille.decisions_publiees_le, verrouille.decisions_publiees_par = recu_le, par
    verrouille.save(update_fields=["decisions_publiees_le", "decisions_publiees_par"])
    Parution.avancer(recu_le)
    return verrouille
