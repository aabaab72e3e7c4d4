from quartiers.models.contrat import Axe, ChiffreCle, Objectif
from quartiers.models.source import Source
from quartiers.models.territoire import Commune, Quartier, Territoire

__all__ = ["Axe", "ChiffreCle", "Commune", "Objectif", "Quartier", "Source", "Territoire"]
