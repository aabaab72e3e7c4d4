"""The rows of the projects as data: the same facts in CSV, GeoJSON and JSON. Euros with cents."""

from collections.abc import Iterator
from typing import Any

from appels.models import Soutien
from quartiers import geometrie
from quartiers.francais import nombre_en_euros
from quartiers.geographie import Geographie

COLONNES = {  # in their order, with what each one holds
    "annee": "Année de l’appel à projets.",
    "numero": "Numéro du dossier, permanent.",
    "projet": "Intitulé du projet.",
    "porteur": "Nom de l’organisme qui le conduit.",
    "axe": "Axe du contrat ; vide s’il n’est pas dit.",
    "quartiers": "Codes des quartiers prioritaires, séparés par une virgule.",
    "financeur": "Nom de qui accorde : une ligne par projet et par financeur.",
    "montant_vote_euros": "Ce qu’il accorde, en euros ; vide s’il n’est plus versé.",
    "etat": "« accordé », « a renoncé » quand l’organisme ne prend pas l’argent, « n’est plus "
    "accordé » quand la décision publiée a été corrigée.",
    "communes": "Noms des communes, séparés par une virgule.",
    "debut": "Début prévu, AAAA-MM-JJ.",
    "fin": "Fin prévue, AAAA-MM-JJ.",
    "note": "Pourquoi une ligne déjà publiée a changé ; vide sinon.",
}


def en_donnees(projet: Soutien, adresse: str) -> dict[str, Any]:
    """A project, with its permanent address; `projet` was read by `pour_lecture`."""
    return {
        "annee": projet.annee,
        "numero": projet.numero,
        "projet": str(projet),
        "resume": projet.resume,
        "porteur": str(projet.porteur),
        "axe": str(projet.axe or ""),
        "quartiers": [place.quartier.code for place in projet.places.all()],
        "communes": [str(commune) for commune in projet.communes.all()],
        "debut": projet.debut_le.isoformat() if projet.debut_le else None,
        "fin": projet.fin_le.isoformat() if projet.fin_le else None,
        "montant_vote_euros": euros(projet.total),
        "financements": [
            {
                "financeur": part.nom,
                "montant_vote_euros": euros(part.montant),
                "etat": part.etat.label,
                "note": part.note,
            }
            for part in projet.parts.all()
        ],
        "page": adresse,
    }


def euros(centimes: int) -> str:
    """« 12500.50 »: a decimal number as text, exact."""
    return f"{centimes // 100}.{centimes % 100:02d}"


def lignes_du_csv(projet: Soutien) -> Iterator[list[Any]]:
    """A project in the order of `COLONNES`, once for each of its funders."""
    debut = [
        projet.annee,
        projet.numero,
        str(projet),
        str(projet.porteur),
        str(projet.axe or ""),
        ", ".join(place.quartier.code for place in projet.places.all()),
    ]
    fin = [
        ", ".join(str(commune) for commune in projet.communes.all()),
        projet.debut_le or "",
        projet.fin_le or "",
    ]
    for part in projet.parts.all():
        montant = nombre_en_euros(part.montant).replace("\u00a0", "") if part.est_accordee else ""
        yield [*debut, part.nom, montant, part.etat.label, *fin, part.note]


def en_entite(projet: Soutien, adresse: str, territoire: Geographie) -> dict[str, Any]:
    """A GeoJSON feature: a point a quartier, in its middle; the point of a place that may be shown
    to the door; no geometry where the place is not published.
    """
    exacts = [
        [float(lieu.longitude), float(lieu.latitude)]
        for lieu in projet.adresses.all()
        if lieu.latitude is not None and lieu.longitude is not None
    ]
    points = exacts
    if not exacts:
        points = [
            list(geometrie.centre(quartier.contour))
            for place in projet.places.all()
            for quartier in [territoire.quartier(place.quartier.code)]
            if quartier
        ]
    precision = None
    if points:
        precision = "adresse" if exacts else "quartier"
    return {
        "type": "Feature",
        "geometry": {"type": "MultiPoint", "coordinates": points} if points else None,
        "properties": {**en_donnees(projet, adresse), "precision": precision},
    }
