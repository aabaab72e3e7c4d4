"""A meeting of the funders: called, attended, what it says of each project, closed."""

from datetime import datetime

from django.db import transaction
from django.forms import BaseModelFormSet

from appels.decision import proces_verbal
from appels.decision.actions import scenarios
from appels.models import Appel, Comite, Deliberation, Dossier, Presence, Scenario, SensComite
from appels.models.dossiers import DossierQuerySet
from appels.socle import empechement
from partenaires.models import Appartenance, Utilisateur
from partenaires.socle.refus import Refus
from quartiers.francais import accorder

FIGE_ENTRETEMPS = (
    "Le scénario vient d’être figé : les montants ne changent plus. Rien n’est enregistré."
)


class Clos(Refus):
    """The meeting is closed: its minutes do not change any more."""

    phrase = "La séance est close : son procès-verbal ne change plus. Rien n’est enregistré."


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
    """The meeting, and the people of the service and of the funders of the call, to be ticked."""
    comite = Comite.objects.create(appel=appel, **donnees, cree_par=par)
    de_l_appel = Appartenance.objects.financeurs().filter(
        partenaire__in=appel.financeurs.values("partenaire")
    )
    appartenances = Appartenance.objects.agents() | de_l_appel
    Presence.objects.bulk_create(
        Presence(
            comite=comite,
            nom=str(appartenance.utilisateur)[:120],
            organisme=str(appartenance.partenaire)[:150],
        )
        for appartenance in appartenances.select_related("utilisateur", "partenaire").order_by("pk")
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
def pointer_les_presences(comite: Comite, formulaires: BaseModelFormSet) -> None:
    """What a valid formset of attendance holds. Raises `Clos`."""
    verrouiller_ouvert(comite)
    formulaires.save()


@transaction.atomic
def deliberer(
    comite: Comite,
    dossier: Dossier,
    donnees: dict,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """What the meeting says of a project: the last word written counts.

    Raises `Clos` or `Empeche`.
    """
    empechement.verrouiller_pour_instruire(dossier, par=par)
    verrouille = verrouiller_ouvert(comite)  # after the dossier, as everywhere
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

    An unfavourable word puts every amount of the project at zero, while the scenario may change.
    Raises `Clos` or `Empeche`, and `Fige` or `MontantsChanges` of the scenario.
    """
    deliberer(comite, dossier, donnees, par=par, recu_le=recu_le)
    if donnees["sens"] == SensComite.DEFAVORABLE and comite.scenario.fige_le is None:
        voulus = _a_zero(comite.scenario, dossier, voulus)
    if voulus:
        scenarios.verrouiller_libre(comite.scenario, FIGE_ENTRETEMPS)
        scenarios.proposer(comite.scenario, voulus, par=par, recu_le=recu_le)


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


def en_seance(scenario: Scenario) -> DossierQuerySet:
    """The projects that the meeting discusses, in the order of the minutes."""
    return Dossier.objects.deposes().filter(appel=scenario.appel_id).en_course().order_by("numero")


@transaction.atomic
def clore(
    comite: Comite,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """Nothing changes after: the minutes are kept as they are now.

    Raises `Clos`, or `SansDeliberation` while a project waits for a word.
    """
    verrouille = verrouiller_ouvert(comite)
    # Nobody changes an amount while the minutes add them up.
    Scenario.objects.select_for_update(of=("self",)).get(pk=verrouille.scenario_id)
    attendus = en_seance(verrouille.scenario).exclude(deliberations__comite=verrouille).count()
    if attendus:
        raise SansDeliberation(attendus)
    verrouille.clos_le = recu_le
    verrouille.clos_par = par
    verrouille.contenu = proces_verbal.contenu(verrouille)
    verrouille.save(update_fields=["clos_le", "clos_par", "contenu"])
