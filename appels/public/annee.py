"""The year of a call, step by step: write and deposit, examination, committee, decision, report."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appels.models import Appel
from appels.models.appel import debut_du_jour
from quartiers.francais import jour, moment


class Place(StrEnum):
    """Where a step stands today: the class of its drawing."""

    PASSEE = "passe"
    ICI = "la"
    APRES = "apres"


@dataclass(frozen=True)
class Etape:
    """`quand` is in words; « date à venir » while the service has not said it."""

    nom: str
    quand: str
    place: Place


def etapes(appel: Appel | None, instant: datetime) -> list[Etape]:
    """The steps in their order; the last one that began is where we are."""
    if appel is None:
        return []
    suites = [
        (nom, debut_du_jour(quel_jour) if quel_jour else None)
        for _cle, nom, quel_jour in appel.phases()
    ]
    debuts = [appel.ouvre_le, *(debut for _nom, debut in suites)]
    commencees = [rang for rang, debut in enumerate(debuts) if debut and debut <= instant]
    ici = commencees[-1] if commencees else -1
    if ici == 0 and appel.est_clos(instant):
        ici = 1  # deposited, and the examination has no day yet, or a later one
    noms = [("Écrire et déposer", _depots(appel)), *((nom, _jour(jour)) for nom, jour in suites)]
    return [Etape(nom, quand, _place(rang, ici)) for rang, (nom, quand) in enumerate(noms)]


def _place(rang: int, ici: int) -> Place:
    if rang < ici:
        return Place.PASSEE
    return Place.ICI if rang == ici else Place.APRES


def _depots(appel: Appel) -> str:
    if appel.ouvre_le is None or appel.ferme_le is None:
        return "dates à venir"
    return f"du {jour(appel.ouvre_le)} au {moment(appel.ferme_le)}"


def _jour(debut: datetime | None) -> str:
    return f"à partir du {jour(debut)}" if debut else "date à venir"
