"""The calendar of a call as a drawing: opening, reminders, closing, what follows, today."""

from dataclasses import dataclass
from datetime import datetime

from appels.models import Appel
from appels.models.appel import debut_du_jour
from appels.redaction.actions.rappels import paliers
from quartiers.francais import jour, moment

# In units of the drawing, 1000 wide.
LARGEUR = 1000
MARGE = 60
HAUT = 32  # the two heights where a name may stand
BAS = 95
ECART = 110  # the room that a name needs


@dataclass
class Point:
    """A date on the line, in words too.

    `y` is where its name stands, None when there is no room for it.
    """

    nom: str
    quand: datetime
    texte: str
    x: int
    y: int | None = None


@dataclass(frozen=True)
class Frise:
    """What is drawn, and the next step in words (empty after the last one)."""

    points: list[Point]
    aujourdhui: int | None
    suivante: str


def dessiner(appel: Appel, instant: datetime, *, avec_rappels: bool) -> Frise | None:
    """Points placed between the opening and the last date; None until both ends are known.

    A day after the closing is drawn when the service has given it.
    """
    ouvre_le = appel.ouvre_le
    ferme_le = appel.ferme_le
    if not ouvre_le or not ferme_le:
        return None
    suites = [
        (nom, debut_du_jour(quel_jour), jour(quel_jour))
        for _cle, nom, quel_jour in appel.phases()
        if quel_jour
    ]
    derniere = max([ferme_le, *(quand for _nom, quand, _texte in suites)])
    duree = (derniere - ouvre_le).total_seconds()

    def place(quand: datetime) -> int:
        part = (quand - ouvre_le).total_seconds() / duree
        return round(MARGE + max(0.0, min(1.0, part)) * (LARGEUR - 2 * MARGE))

    etapes = [("Ouverture", ouvre_le)]
    if avec_rappels:
        etapes += [(f"Rappel {nom}", quand) for quand, nom in paliers(appel) if quand > ouvre_le]
    etapes.append(("Clôture", ferme_le))
    points = [Point(nom, quand, _a_l_heure(quand), place(quand)) for nom, quand in etapes]
    points += [Point(nom, quand, texte, place(quand)) for nom, quand, texte in suites]
    nommer(points)
    return Frise(
        points=points,
        aujourdhui=place(instant) if ouvre_le <= instant < derniere else None,
        suivante=_suivante(points, instant),
    )


def _suivante(points: list[Point], instant: datetime) -> str:
    for point in points:
        if point.quand > instant:
            return f"{point.nom}, le {point.texte}"
    return ""


def _a_l_heure(quand: datetime) -> str:
    return f"{moment(quand)} (heure de Paris)"


def nommer(points: list[Point]) -> None:
    """Give each point a free place for its name, the two ends first; none when it would overlap."""
    prises: dict[int, list[int]] = {HAUT: [], BAS: []}
    for point in [points[0], points[-1], *points[1:-1]]:
        for hauteur, places in prises.items():
            if all(abs(point.x - place) >= ECART for place in places):
                point.y = hauteur
                places.append(point.x)
                break
