"""What an agent must look at in a dossier (METIER §8), as conditions of the database.

Lists, counters and pages say the same, from what is kept of each dossier (`Condense`); what makes
it hold is said by `appels.socle.constats`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import models
from django.db.models.expressions import Combinable

from appels.models import Appel, Dossier
from appels.models.condense import LEVEES
from appels.models.dossiers import DossierQuerySet
from appels.models.reglages import AVANT_REJET
from appels.socle.comptages import Comptes
from appels.socle.constats import SEUIL_CONVENTION
from quartiers.horloge import a_paris

__all__ = [
    "ALERTES",
    "SEUIL_CONVENTION",
    "Alerte",
    "annoter",
    "de",
    "en_alerte",
    "rejet_est_suspendu",
]

Condition = models.Q | Combinable


class Degre(StrEnum):
    """How much a signal matters, the gravest first: the class that draws it."""

    GRAVE = "grave"
    ALERTE = ""
    INFO = "info"


@dataclass(frozen=True)
class Alerte:
    """Something to look at, and when it holds."""

    cle: str  # in addresses
    mot: str  # for lists
    phrase: str  # for the page of the dossier
    condition: Callable[[datetime], Condition]
    degre: Degre = Degre.ALERTE


def _signal(instant: datetime) -> Condition:
    return models.Q(condense__signal=True)


def _delai(instant: datetime) -> Condition:
    return models.Q(condense__avant_le__lte=instant)


def _rejet(instant: datetime) -> Condition:
    """R10; suspended while the organisation has a delay to complete (CRPA L114-5).

    Each call says how long before: a range of the index for each of the few delays offered.
    """
    jour = a_paris(instant).date()
    proche = models.Q(pk__in=[])
    for jours, _ in AVANT_REJET:
        borne = jour + timedelta(days=jours)
        proche |= models.Q(appel__jours_avant_rejet=jours, condense__rejet_le__lte=borne)
    sans_delai = models.Q(condense__avant_le__isnull=True)
    return proche & (sans_delai | models.Q(condense__avant_le__lte=instant))


def _pieces(instant: datetime) -> Condition:
    return models.Q(condense__pieces=True)


def _message(instant: datetime) -> Condition:
    return models.Q(condense__message=True)


def _dauphin(instant: datetime) -> Condition:
    """R14: before the closing everybody may still deposit there: it would be said of all."""
    return models.Q(condense__dauphin=True, appel__ferme_le__lte=instant)


def _qpv(instant: datetime) -> Condition:
    return models.Q(condense__qpv=True)


def _convention(instant: datetime) -> Condition:
    return models.Q(condense__convention=True)


def _accorde(instant: datetime) -> Condition:
    return models.Q(condense__accorde=True)


def _plan(instant: datetime) -> Condition:
    return models.Q(condense__plan=True)


def _lieu(instant: datetime) -> Condition:
    return models.Q(condense__lieu=True)


ALERTES = [
    Alerte(
        "signal",
        "Signalement",
        "Un signalement n’est pas résolu : aucune décision ne peut être prise.",
        _signal,
        Degre.GRAVE,
    ),
    Alerte(
        "rejet",
        "Rejet implicite proche",
        "La demande sera bientôt réputée rejetée, ou l’est déjà : répondez.",
        _rejet,
        Degre.GRAVE,
    ),
    Alerte(
        "delai",
        "Délai passé",
        "Le délai donné pour compléter est passé sans réponse.",
        _delai,
        Degre.GRAVE,
    ),
    Alerte(
        "pieces",
        "Pièce à voir",
        "Une pièce obligatoire manque, ou n’est pas conforme.",
        _pieces,
    ),
    Alerte(
        "message",
        "Sans réponse",
        "L’organisme attend une réponse à son message.",
        _message,
    ),
    Alerte(
        "dauphin",
        "Pas sur Dauphin",
        "L’État est sollicité et aucun dépôt sur Dauphin n’est déclaré.",
        _dauphin,
    ),
    Alerte(
        "qpv",
        "Public hors QPV",
        "La part de personnes des QPV est sous le seuil de l’appel.",
        _qpv,
    ),
    Alerte(
        "lieu",
        "Lieu à vérifier",
        "Le point d’un lieu n’est pas dans le quartier choisi : il est dans un autre, ou hors de "
        "tout quartier prioritaire, et c’est lui qui compte.",
        _lieu,
    ),
    Alerte(
        "convention",
        "Convention",
        "Le cumul de l’année chez un financeur dépasse 23 000 € : convention obligatoire.",
        _convention,
    ),
    Alerte(
        "accorde",
        "Accordé > demandé",
        "Un financeur accorde plus que ce qui lui est demandé.",
        _accorde,
    ),
    Alerte(
        "plan",
        "Plan à revoir",
        "Ce qui est accordé n’équilibre plus le budget : demandez un budget révisé.",
        _plan,
    ),
]


def annoter(dossiers: DossierQuerySet, instant: datetime) -> DossierQuerySet:
    """The same dossiers, each with its `alerte_…` true or false, and the day of its refusal."""
    annotations = {f"alerte_{alerte.cle}": _vrai(alerte.condition(instant)) for alerte in ALERTES}
    return dossiers.annotate(**annotations, rejet_le=models.F("condense__rejet_le"))


def _vrai(condition: Condition) -> Combinable:
    """A condition as a value that rows carry; false of a draft, of which nothing is kept."""
    return models.Case(
        models.When(condition, then=models.Value(True)),
        default=models.Value(False),
    )


def en_alerte(dossiers: DossierQuerySet, cle: str, instant: datetime) -> DossierQuerySet:
    """Those that this alert concerns; « toutes » for any of them."""
    une_d_elles = models.Q()
    for alerte in ALERTES:
        if cle in ("toutes", alerte.cle):
            une_d_elles |= models.Q(alerte.condition(instant))
    return dossiers.filter(une_d_elles)


def levees(comptes: Comptes, appel: Appel, instant: datetime) -> dict[str, int]:
    """{alert: how many dossiers of the call raise it}, from the counters kept."""
    jour = a_paris(instant).date() + timedelta(days=appel.jours_avant_rejet)
    passes = [
        somme.nombre
        for place, _, somme in comptes.au(instant)
        if place.avant_le is not None and place.avant_le <= instant
    ]
    combien = {levee: comptes.un("alerte", levee).nombre for levee in LEVEES}
    combien["delai"] = sum(passes)
    combien["rejet"] = comptes.rejets(jour, instant)
    if appel.ferme_le is None or appel.ferme_le > instant:
        combien["dauphin"] = 0  # before the closing everybody may still deposit there
    return {cle: nombre for cle, nombre in combien.items() if nombre}


def rejet_est_suspendu(dossier: Dossier, instant: datetime) -> bool:
    """The organisation still has time to complete, and a silence refuses nothing before its end.

    The day kept is then that of the whole delay; one already past when the service asked stays.
    """
    rejet_le, avant_le = dossier.rejet_implicite_le, dossier.a_completer_avant
    if rejet_le is None or avant_le is None or not dossier.attend_un_complement(instant):
        return False
    return rejet_le > a_paris(avant_le).date()


def de(dossier: Dossier) -> list[Alerte]:
    """What an annotated dossier raises."""
    return [alerte for alerte in ALERTES if getattr(dossier, f"alerte_{alerte.cle}")]
