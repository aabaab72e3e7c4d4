from quartiers.models.contrat import Axe, ChiffreCle, IndicateurQuartier, Objectif
from quartiers.models.document import Document
from quartiers.models.parution import Parution
from quartiers.models.source import Source
from quartiers.models.territoire import Commune, Quartier, Territoire

__all__ = [
    "Axe",
    "ChiffreCle",
    "Commune",
    "Document",
    "IndicateurQuartier",
    "Objectif",
    "Parution",
    "Quartier",
    "Source",
    "Territoire",
]
