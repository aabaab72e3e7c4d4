"""A meeting of the funders: called, attended, what it says of each project, closed."""

from datetime import datetime

from django.db import transaction

from appels.decision import proces_verbal
from appels.decision.actions import scenarios
from appels.models import Appel, Comite, Deliberation, Dossier, Presence, Scenario
from partenaires.models import Appartenance, Utilisateur


class Clos(Exception):
    """The meeting is closed: its minutes do not change any more."""


class SansDeliberation(Exception):
    """Some projects of the meeting have no decision yet: how many."""

    def __init__(self, combien: int):
        self.combien = combien
        super().__init__(f"{combien} projets")


@transaction.atomic
def convoquer(appel: Appel, donnees: dict, *, par: Utilisateur) -> Comite:
    """The meeting, and the people of the service and of the funders of the call, to be ticked."""
    comite = Comite.objects.create(appel=appel, **donnees, cree_par=par)
    siens = appel.financeurs.values("partenaire")
    gens = Appartenance.objects.agents() | Appartenance.objects.financeurs().filter(
        partenaire__in=siens
    )
    Presence.objects.bulk_create(
        Presence(comite=comite, nom=str(a.utilisateur)[:120], organisme=str(a.partenaire)[:150])
        for a in gens.select_related("utilisateur", "partenaire").order_by("pk")
    )
    return comite


def verrouiller_ouvert(comite: Comite) -> Comite:
    """Locked and still open; raises `Clos`."""
    verrouille = (
        Comite.objects.select_for_update(of=("self",)).select_related("scenario").get(pk=comite.pk)
    )
    if verrouille.clos_le:
        raise Clos
    return verrouille


@transaction.atomic
def pointer_les_presences(comite: Comite, formulaires) -> None:
    """What a valid formset of attendance holds. Raises `Clos`."""
    verrouiller_ouvert(comite)
    formulaires.save()


@transaction.atomic
def deliberer(
    comite: Comite, dossier: Dossier, donnees: dict, *, par: Utilisateur, recu_le: datetime
) -> None:
    """What the meeting says of a project: the last word written counts. Raises `Clos`."""
    verrouille = verrouiller_ouvert(comite)
    Deliberation.objects.update_or_create(
        comite=verrouille, dossier=dossier, defaults={**donnees, "par": par, "le": recu_le}
    )


@transaction.atomic
def enregistrer(
    comite: Comite,
    dossier: Dossier,
    voulus: dict,
    donnees: dict,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """Amounts and word of the meeting on a project, together or not at all.

    Raises `Clos`, and `Fige` or `Entretemps` of the scenario.
    """
    deliberer(comite, dossier, donnees, par=par, recu_le=recu_le)
    if voulus:
        scenarios.proposer(comite.scenario, voulus, par=par, recu_le=recu_le)


def en_seance(scenario: Scenario):
    """The projects that the meeting discusses, in the order of the minutes."""
    return Dossier.objects.deposes().filter(appel=scenario.appel_id).en_course().order_by("numero")


@transaction.atomic
def clore(comite: Comite, *, par: Utilisateur, recu_le: datetime) -> None:
    """Nothing changes after: the minutes are kept as they are now.

    Raises `Clos`, or `SansDeliberation` while a project waits for a word.
    """
    verrouille = verrouiller_ouvert(comite)
    Scenario.objects.select_for_update(of=("self",)).get(
        pk=verrouille.scenario_id
    )  # its amounts add up
    attendus = en_seance(verrouille.scenario).exclude(deliberations__comite=verrouille).count()
    if attendus:
        raise SansDeliberation(attendus)
    verrouille.clos_le, verrouille.clos_par, verrouille.contenu = (
        recu_le,
        par,
        proces_verbal.contenu(verrouille),
    )
    verrouille.save(update_fields=["clos_le", "clos_par", "contenu"])
