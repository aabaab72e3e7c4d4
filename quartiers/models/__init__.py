from quartiers.models.contrat import Axe, ChiffreCle, IndicateurQuartier, Objectif
from quartiers.models.document import Document
from quartiers.models.parution import Parution
from quartiers.models.source import Source
from quartiers.models.suivi import Regard, Suivi, SuiviQuerySet
from quartiers.models.territoire import Commune, Quartier, Territoire
from quartiers.models.trace import Geste, Sceau, SeulAjout, SeulAjoutQuerySet, Trace

__all__ = [
    "Axe",
    "ChiffreCle",
    "Commune",
    "Document",
    "Geste",
    "IndicateurQuartier",
    "Objectif",
    "Parution",
    "Quartier",
    "Regard",
    "Sceau",
    "SeulAjout",
    "SeulAjoutQuerySet",
    "Source",
    "Suivi",
    "SuiviQuerySet",
    "Territoire",
    "Trace",
]
