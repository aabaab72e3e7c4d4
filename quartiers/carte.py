"""The territory as one SVG drawing: the signatory communes and the six quartiers."""

from collections.abc import Iterable

from quartiers import geometrie
from quartiers.models import Commune, Quartier

LARGEUR = 1000


def dessiner(communes: Iterable[Commune], quartiers: Iterable[Quartier]) -> dict:
    """View box and paths, whole units; names are placed at the centre of each shape."""
    communes, quartiers = list(communes), list(quartiers)
    if not communes:
        return {}
    projection = geometrie.Projection(geometrie.cadre([c.contour for c in communes]), LARGEUR, marge=4)
    return {
        "largeur": projection.largeur, "hauteur": projection.hauteur,
        "communes": [_forme(projection, c.contour, c.nom) for c in communes],
        "quartiers": [{**_forme(projection, q.contour, q.nom_court.split(" – ")[0]), "quartier": q}
                      for q in quartiers],
    }


def _forme(projection: geometrie.Projection, contour: dict, nom: str) -> dict:
    x, y = projection.point(geometrie.centre(contour))
    return {"trace": projection.trace(contour), "x": x, "y": y - 34, "nom": nom}
