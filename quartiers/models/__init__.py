from quartiers.models.contrat import Axe, ChiffreCle, IndicateurQuartier, Mesure, Objectif
from quartiers.models.document import Document
from quartiers.models.journalise import Journalise, JournaliseQuerySet, Regard
from quartiers.models.parution import Parution
from quartiers.models.source import Source
from quartiers.models.territoire import Commune, Quartier, Territoire
from quartiers.models.trace import Geste, Sceau, SeulAjout, SeulAjoutQuerySet, Trace
from quartiers.models.voie import NumeroDeVoie, Voie

__all__ = [
    "Axe",
    "ChiffreCle",
    "Commune",
    "Document",
    "Geste",
    "IndicateurQuartier",
    "Journalise",
    "JournaliseQuerySet",
    "Mesure",
    "NumeroDeVoie",
    "Objectif",
    "Parution",
    "Quartier",
    "Regard",
    "Sceau",
    "SeulAjout",
    "SeulAjoutQuerySet",
    "Source",
    "Territoire",
    "Trace",
    "Voie",
]
