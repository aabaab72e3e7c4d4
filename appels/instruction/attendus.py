"""What waits for the service today, the most pressing first; each leads to exactly these dossiers.

The counts are those of the work list: the same rows, the same conditions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import models
from django.urls import reverse

from appels.instruction import alertes, noms_courts, tours
from appels.instruction.comptes import Compte
from appels.instruction.files import REPONSES, File
from appels.models import Appel, Cote, Enveloppe, Message, Scenario
from appels.models.dossiers import DossierQuerySet
from appels.socle import propositions
from quartiers.francais import accorder, en_euros, forme, jour_court
from quartiers.horloge import a_paris

NOMMES = 2  # dossiers named under a line


@dataclass(frozen=True)
class Attendu:
    """How many, of what, a word more, and where they are."""

    nombre: int
    mots: str
    detail: str
    adresse: str


class Lu(NamedTuple):
    """What was already counted of the call."""

    alertes: Mapping[str, int]
    files: Mapping[str, Compte]
    enveloppes: Mapping[int, Enveloppe]
    paroles: int


def attendus(appel: Appel, deposes: DossierQuerySet, lu: Lu, instant: datetime) -> list[Attendu]:
    """The lines that hold something."""
    lignes = [
        _rejets(appel, deposes, lu, instant),
        _a_vous(appel, lu),
        _messages(appel, deposes, lu, instant),
        _alerte(appel, lu, "signal", "signalement à résoudre", "signalements à résoudre"),
        _alerte(appel, lu, "delai", "délai de réponse passé", "délais de réponse passés"),
        _avis(appel, lu, instant),
        _alerte(
            appel, lu, "plan", "budget à revoir après décision", "budgets à revoir après décision"
        ),
        *_depassements(appel, lu.enveloppes),
        Attendu(
            lu.paroles,
            forme(lu.paroles, "parole d’habitant à lire", "paroles d’habitants à lire"),
            "",
            reverse("partenaires:paroles"),
        ),
    ]
    return [ligne for ligne in lignes if ligne.nombre]


def _liste(appel: Appel, **filtres: str) -> str:
    """The work list that shows exactly these."""
    suite = "&".join(f"{nom}={valeur}" for nom, valeur in filtres.items())
    return f"{reverse('appels:instruction')}?appel={appel.pk}&{suite}"


def _alerte(appel: Appel, lu: Lu, cle: str, un: str, plusieurs: str) -> Attendu:
    nombre = lu.alertes.get(cle, 0)
    return Attendu(nombre, forme(nombre, un, plusieurs), "", _liste(appel, alerte=cle))


def _rejets(appel: Appel, deposes: DossierQuerySet, lu: Lu, instant: datetime) -> Attendu:
    """The dossiers that a silence would refuse soon, the nearest named."""
    jours = appel.jours_avant_rejet
    ligne = _alerte(
        appel,
        lu,
        "rejet",
        f"rejet implicite d’ici {jours} jours",
        f"rejets implicites d’ici {jours} jours",
    )
    if not ligne.nombre:
        return ligne
    proches = alertes.en_alerte(deposes, "rejet", instant).order_by("rejet_implicite_le", "pk")
    noms = [str(dossier) for dossier in proches[:NOMMES]]
    reste = ligne.nombre - len(noms)
    detail = ", ".join(noms) + (f" et {accorder(reste, 'autre')}" if reste else "")
    return Attendu(ligne.nombre, ligne.mots, detail, ligne.adresse)


def _a_vous(appel: Appel, lu: Lu) -> Attendu:
    nombre = lu.files.get(File.A_VOUS, Compte()).nombre
    recues = lu.files.get(REPONSES, Compte()).nombre
    detail = f"dont {accorder(recues, 'réponse reçue', 'réponses reçues')}" if recues else ""
    mots = forme(nombre, "dossier où c’est à vous d’agir", "dossiers où c’est à vous d’agir")
    return Attendu(nombre, mots, detail, _liste(appel, file=File.A_VOUS.value))


def _messages(appel: Appel, deposes: DossierQuerySet, lu: Lu, instant: datetime) -> Attendu:
    """The dossiers where a message waits, and since when the oldest does."""
    ligne = _alerte(
        appel,
        lu,
        "message",
        "dossier dont un message attend",
        "dossiers dont un message attend",
    )
    if not ligne.nombre:
        return ligne
    concernes = deposes.filter(condense__appel=appel, condense__message=True)
    attendent = Message.objects.filter(
        dossier__in=concernes.order_by().values("pk"), cote=Cote.ORGANISME, attend_reponse=True
    )
    ancien = attendent.aggregate(le=models.Min("le"))["le"]
    detail = f"le plus ancien {tours.depuis_quand(ancien, instant)}" if ancien else ""
    return Attendu(ligne.nombre, ligne.mots, detail, ligne.adresse)


def _avis(appel: Appel, lu: Lu, instant: datetime) -> Attendu:
    nombre = lu.files.get(File.AVIS, Compte()).nombre
    detail = ""
    if appel.avis_avant:
        reste = appel.avis_avant - a_paris(instant).date()
        detail = f"échéance le {jour_court(appel.avis_avant)}"
        if reste < timedelta(0):
            detail += f", passée depuis {accorder(-reste.days, 'jour')}"
    mots = forme(nombre, "dossier qui attend un avis", "dossiers qui attendent un avis")
    return Attendu(nombre, mots, detail, _liste(appel, file=File.AVIS.value))


def _depassements(appel: Appel, enveloppes: Mapping[int, Enveloppe]) -> list[Attendu]:
    """The envelopes that the scenario in hand goes beyond: the frozen one, else the last.

    Counted as its matrix counts them.
    """
    scenario = (
        Scenario.objects.filter(appel=appel)
        .select_related("appel")
        .order_by(models.F("fige_le").desc(nulls_last=True), "-pk")
        .first()
    )
    if scenario is None:
        return []
    connues = {cle: une.montant for cle, une in enveloppes.items() if une.montant is not None}
    trop = {
        cle: total - connues[cle]
        for cle, total in propositions.proposees_par_financeur(scenario).items()
        if cle in connues and total > connues[cle]
    }
    if not trop:
        return []
    detail = ", ".join(
        f"{noms_courts.du_financeur(enveloppes[cle].partenaire)}, {en_euros(surplus)} de trop"
        for cle, surplus in trop.items()
    )
    mots = forme(
        len(trop),
        f"enveloppe dépassée au scénario « {scenario} »",
        f"enveloppes dépassées au scénario « {scenario} »",
    )
    return [Attendu(len(trop), mots, detail, reverse("appels:scenario", args=[scenario.pk]))]
