"""A meeting of the funders: called, attended, what it says of each project, closed."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.forms import BaseInlineFormSet

from appels.decision import ordre_du_jour, proces_verbal
from appels.decision.actions import scenarios
from appels.decision.conflits import MotChange, SeanceChangee
from appels.models import (
    Appel,
    Comite,
    Deliberation,
    Dossier,
    Presence,
    Scenario,
    SensComite,
    Venue,
)
from appels.socle import barrieres, empechement
from partenaires.models import Appartenance, Utilisateur
from partenaires.models.appartenance import ROLES_AGENT
from partenaires.socle.refus import AuMemeInstant, Conflit, Refus
from quartiers.francais import accorder

FIGE_ENTRETEMPS = (
    "Le scénario vient d’être figé : les montants ne changent plus. Rien n’est enregistré."
)


class Clos(Refus):
    """The meeting is closed: its minutes do not change any more."""

    phrase = "La séance est close : son procès-verbal ne change plus. Rien n’est enregistré."


class OrdreChange(Conflit):
    """Somebody changed the agenda since the page was shown."""

    def __init__(self, dossiers: list[Dossier], places: dict[int, int]):
        dits = ", ".join(f"{un.numero} ({_ou(places.get(un.pk))})" for un in dossiers)
        super().__init__(
            dossiers,
            f"L’ordre du jour a changé entre-temps : {dits}. Rien n’est enregistré : vos choix "
            "sont encore dans la page, vérifiez-les avant de les enregistrer.",
        )


def _ou(place: int | None) -> str:
    return "n’y est plus" if place is None else f"au rang {place}"


class NePassePas(Refus):
    """A project that may not be examined was put on the agenda."""

    def __init__(self, raisons: list[tuple[Dossier, str]]):
        dits = ", ".join(f"{dossier.numero} ({raison})" for dossier, raison in raisons)
        super().__init__(
            f"Hors du comité : {dits}. La ou le responsable du service peut déroger à la "
            "recevabilité, par écrit. Rien n’est enregistré."
        )


class DejaUnMot(Refus):
    """A project on which the meeting already said its word would not be on its agenda."""

    def __init__(self, dossiers: list[Dossier]):
        dits = ", ".join(str(dossier.numero) for dossier in dossiers)
        ont = "ces projets ont" if len(dossiers) > 1 else "ce projet a"
        super().__init__(
            f"{dits} : {ont} déjà un mot de cette séance, que son procès-verbal garde : "
            "laissez ou mettez à l’ordre du jour ce qu’elle a vu. Rien n’est enregistré."
        )


class HorsSeance(Refus):
    """The project is not among those that the meeting examines."""

    phrase = (
        "Ce projet ne passe pas, ou plus, à cette séance : retiré, pas recevable, ou hors de son "
        "ordre du jour. Rien n’est enregistré."
    )


class SansQuorum(Refus):
    """Fewer people who vote are there than the meeting asks."""

    def __init__(self, presents: int, quorum: int):
        super().__init__(
            f"Le quorum n’est pas atteint : {accorder(presents, 'voix présente')} sur "
            f"{accorder(quorum, 'attendue')}. Notez les présences, ou changez le quorum de la "
            "séance."
        )


class SeanceNonRelue(Refus):
    """A word or an amount changed since the page of who closes was shown."""

    phrase = (
        "Un mot de la séance ou un montant a changé depuis que vous avez ouvert la page : relisez "
        "les projets, puis demandez de nouveau la clôture. Rien n’est clos."
    )


class SansDeliberation(Refus):
    """Some projects of the meeting have no decision yet; `combien`: how many."""

    def __init__(self, combien: int):
        self.combien = combien
        super().__init__(
            f"{accorder(combien, 'projet attend', 'projets attendent')} la décision du comité : la "
            "séance reste ouverte."
        )


@transaction.atomic
def convoquer(
    appel: Appel,
    donnees: dict,
    *,
    par: Utilisateur,
) -> Comite:
    """The meeting, and the people of the service and of the funders of the call, to be ticked.

    A funder withdrawn from the call is told of the meeting, without a voice.
    """
    comite = Comite.objects.create(appel=appel, **donnees, cree_par=par)
    votants = set(appel.financeurs.proposes().values_list("partenaire", flat=True))
    de_l_appel = Appartenance.objects.financeurs().filter(
        partenaire__in=appel.financeurs.values("partenaire")
    )
    appartenances = Appartenance.objects.agents() | de_l_appel
    Presence.objects.bulk_create(
        Presence(
            comite=comite,
            nom=str(appartenance.utilisateur)[:120],
            organisme=str(appartenance.partenaire)[:150],
            venue=Venue.ATTENDU,
            vote=appartenance.partenaire_id in votants and not _instruit(appartenance),
        )
        for appartenance in appartenances.select_related("utilisateur", "partenaire").order_by("pk")
    )
    return comite


def _instruit(appartenance: Appartenance) -> bool:
    """Of the service, which prepares the meeting: no voice by default."""
    return bool(appartenance.roles & set(ROLES_AGENT))


@transaction.atomic
def regler(comite: Comite, donnees: dict, *, vue: str) -> None:
    """When, where, on which scenario, with which quorum. Raises `Clos`, or `SeanceChangee`.

    `vue`: the print of what the page showed.
    """
    verrouille = verrouiller_ouvert(comite)
    if vue != verrouille.empreinte:
        raise SeanceChangee(verrouille)
    for nom, valeur in donnees.items():
        setattr(verrouille, nom, valeur)
    verrouille.save(update_fields=list(donnees))


@transaction.atomic
def ordonner(
    comite: Comite,
    voulus: dict[int, tuple[int | None, int | None]],
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> int:
    """How many projects were put on the agenda, moved, or taken off it.

    `voulus`: {dossier: (its place on the page, its place wanted)}, None for none. All or nothing:
    raises `Clos`, `Empeche`, `OrdreChange`, `NePassePas`, or `DejaUnMot`.
    """
    dossiers = list(
        Dossier.objects.select_for_update(of=("self",)).filter(pk__in=voulus).order_by("pk")
    )
    empechement.exiger_chacun(par, dossiers)
    verrouille = verrouiller_ouvert(comite)  # after the dossiers, as everywhere
    places = dict(verrouille.inscriptions.values_list("dossier", "ordre"))
    bouges = [dossier for dossier in dossiers if places.get(dossier.pk) not in voulus[dossier.pk]]
    if bouges:
        raise OrdreChange(bouges, places)
    neufs = [dossier for dossier in dossiers if _est_inscrit_ici(dossier, places, voulus)]
    non_recevables = barrieres.non_recevables(neufs)
    raisons = [(un, ordre_du_jour.pourquoi_pas(un, non_recevables)) for un in neufs]
    if refuses := [(un, raison) for un, raison in raisons if raison]:
        raise NePassePas(refuses)
    _exiger_sans_mot(verrouille, voulus)
    changes = 0
    for cle, (_, place) in voulus.items():
        if places.get(cle) != place:
            _placer(verrouille, cle, place, par=par, recu_le=recu_le)
            changes += 1
    return changes


def _exiger_sans_mot(comite: Comite, voulus: dict[int, tuple[int | None, int | None]]) -> None:
    """Raises `DejaUnMot`: what the meeting said does not leave its minutes unsaid.

    The first agenda of a meeting leaves out all that it does not name.
    """
    sortis = {cle for cle, (_, place) in voulus.items() if place is None}
    if sortis != set(voulus) and not comite.inscriptions.exists():
        sortis = set(ordre_du_jour.examines(comite)) - (set(voulus) - sortis)
    dits = Dossier.objects.filter(deliberations__comite=comite, pk__in=sortis)
    if avec_un_mot := list(dits.order_by("numero")):
        raise DejaUnMot(avec_un_mot)


def _est_inscrit_ici(
    dossier: Dossier, places: dict[int, int], voulus: dict[int, tuple[int | None, int | None]]
) -> bool:
    """It was not on the agenda, and is put on it."""
    return dossier.pk not in places and voulus[dossier.pk][1] is not None


def _placer(
    comite: Comite,
    dossier: int,
    place: int | None,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """None takes it off the agenda."""
    if place is None:
        comite.inscriptions.filter(dossier=dossier).delete()
        return
    comite.inscriptions.update_or_create(
        dossier_id=dossier, defaults={"ordre": place, "par": par, "le": recu_le}
    )


def verrouiller_ouvert(comite: Comite) -> Comite:
    """Locked and still open; raises `Clos`."""
    verrouille = (
        Comite.objects.select_for_update(of=("self",)).select_related("scenario").get(pk=comite.pk)
    )
    if verrouille.clos_le:
        raise Clos
    return verrouille


@transaction.atomic
def pointer_les_presences(comite: Comite, formulaires: "BaseInlineFormSet[Any, Any, Any]") -> None:
    """What a valid formset of attendance holds. Raises `Clos`.

    Or `AuMemeInstant` when somebody noted one of them since the form was read.
    """
    verrouiller_ouvert(comite)
    presentes = {une.pk: une for une in comite.presences.all()}
    lues: list[Any] = formulaires.initial_forms
    for form in lues:
        presente = presentes.get(form.instance.pk)
        if presente is None or form.a_bouge(presente):
            raise AuMemeInstant
    formulaires.save()


@transaction.atomic
def deliberer(
    comite: Comite,
    dossier: Dossier,
    donnees: dict,
    *,
    par: Utilisateur,
    recu_le: datetime,
    vue: str | None = None,
) -> Comite:
    """What the meeting says of a project. The meeting, locked.

    `vue`: the print of the word that the page showed, empty for none. Raises `Clos`, `Empeche`,
    `HorsSeance` or `MotChange`.
    """
    empechement.verrouiller_pour_instruire(dossier, par=par)
    verrouille = verrouiller_ouvert(comite)  # after the dossier, as everywhere
    if not ordre_du_jour.en_seance(verrouille).filter(pk=dossier.pk).exists():
        raise HorsSeance
    actuelle = (
        Deliberation.objects.filter(comite=verrouille, dossier=dossier)
        .select_related("par")
        .first()
    )
    if actuelle and vue is not None and vue != actuelle.empreinte:
        if any(getattr(actuelle, nom) != dit for nom, dit in donnees.items()):
            raise MotChange(actuelle)
    Deliberation.objects.update_or_create(
        comite=verrouille, dossier=dossier, defaults={**donnees, "par": par, "le": recu_le}
    )
    return verrouille


@transaction.atomic
def enregistrer(
    comite: Comite,
    dossier: Dossier,
    voulus: dict,
    donnees: dict,
    *,
    par: Utilisateur,
    recu_le: datetime,
    vue: str | None = None,
) -> None:
    """Amounts and word of the meeting on a project, together or not at all.

    An unfavourable word puts every amount of the project at zero, while the scenario may change.
    Raises what `deliberer` raises, and `Fige` or `MontantsChanges` of the scenario.
    """
    # The scenario that the meeting discusses now: its settings may have changed since the page
    scenario = deliberer(comite, dossier, donnees, par=par, recu_le=recu_le, vue=vue).scenario
    if donnees["sens"] == SensComite.DEFAVORABLE and scenario.fige_le is None:
        voulus = _a_zero(scenario, dossier, voulus)
    if voulus:
        scenarios.verrouiller_libre(scenario, FIGE_ENTRETEMPS)
        scenarios.proposer(scenario, voulus, par=par, recu_le=recu_le)


def _a_zero(scenario: Scenario, dossier: Dossier, voulus: dict) -> dict:
    """Zero for each request of a project; what the page showed of those typed is still compared."""
    actuels = dict(
        scenario.propositions.filter(financement__dossier=dossier).values_list(
            "financement", "montant"
        )
    )
    demandes = dossier.financements.filter(partenaire__isnull=False).values_list("pk", flat=True)
    zeros = {}
    for demande in demandes:
        vu, _ = voulus.get(demande, (actuels.get(demande), None))
        zeros[demande] = (vu, 0)
    return zeros


@transaction.atomic
def clore(
    comite: Comite,
    *,
    par: Utilisateur,
    recu_le: datetime,
    lu: str | None = None,
) -> None:
    """Nothing changes after: the minutes are kept as they are now.

    `lu`: `ce_qui_se_dit` on the page. Raises `Clos`, `SeanceNonRelue`, `SansDeliberation` while a
    project waits for a word, or `SansQuorum`.
    """
    verrouille = verrouiller_ouvert(comite)
    # Nobody changes an amount while the minutes add them up.
    Scenario.objects.select_for_update(of=("self",)).get(pk=verrouille.scenario_id)
    if lu is not None and lu != verrouille.ce_qui_se_dit:
        raise SeanceNonRelue
    attendus = ordre_du_jour.en_seance(verrouille).exclude(
        pk__in=verrouille.deliberations.values("dossier")
    )
    if attendus.exists():
        raise SansDeliberation(attendus.count())
    if verrouille.quorum is not None and verrouille.voix_presentes < verrouille.quorum:
        raise SansQuorum(verrouille.voix_presentes, verrouille.quorum)
    verrouille.clos_le = recu_le
    verrouille.clos_par = par
    verrouille.contenu = proces_verbal.contenu(verrouille)
    verrouille.save(update_fields=["clos_le", "clos_par", "contenu"])
