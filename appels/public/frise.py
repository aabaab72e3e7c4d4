"""The calendar of a call as a drawing: opening, reminders, closing, today."""

from datetime import datetime

from appels.models import Appel
from appels.redaction.actions.rappels import paliers
from quartiers.francais import moment

LARGEUR, MARGE = 1000, 60
HAUT, BAS, ECART = 32, 95, 80  # heights of the names, and the room that each one needs


def dessiner(appel: Appel, instant: datetime, *, avec_rappels: bool) -> dict:
    """Points placed between the opening and the closing; empty until both are known."""
    if not (appel.ouvre_le and appel.ferme_le):
        return {}
    duree = (appel.ferme_le - appel.ouvre_le).total_seconds()

    def place(quand: datetime) -> int:
        part = (quand - appel.ouvre_le).total_seconds() / duree
        return round(MARGE + max(0.0, min(1.0, part)) * (LARGEUR - 2 * MARGE))

    rappels = [(f"Rappel {nom}", quand) for quand, nom in paliers(appel) if quand > appel.ouvre_le]
    etapes = [
        ("Ouverture", appel.ouvre_le),
        *(rappels if avec_rappels else ()),
        ("Clôture", appel.ferme_le),
    ]
    suivante = next(((nom, quand) for nom, quand in etapes if quand > instant), None)
    points = [{"nom": nom, "x": place(quand), "quand": quand} for nom, quand in etapes]
    nommer(points)
    return {
        "points": points,
        "aujourdhui": place(instant) if appel.est_ouvert(instant) else None,
        "suivante": f"{suivante[0]}, le {moment(suivante[1])} (heure de Paris)" if suivante else "",
    }


def nommer(points: list[dict]) -> None:
    """Give each point a free place for its name, the two ends first; none when it would overlap."""
    prises: dict[int, list[int]] = {HAUT: [], BAS: []}
    for point in [points[0], points[-1], *points[1:-1]]:
        libres = [
            y for y, places in prises.items() if all(abs(point["x"] - x) >= ECART for x in places)
        ]
        point["y"] = libres[0] if libres else None
        if libres:
            prises[libres[0]].append(point["x"])
