from partenaires.models.analyse import Analyse, EtatAnalyse
from partenaires.models.appartenance import Appartenance, Invitation, Role
from partenaires.models.connexion import Connexion, DernierCode, Evenement
from partenaires.models.fiche import Agrement, Fiche, LigneBudgetOrganisme
from partenaires.models.fichier_garde import FichierGarde
from partenaires.models.partenaire import Genre, Partenaire
from partenaires.models.passation import ActeOrganisme, Designation, Passation
from partenaires.models.postier import Bail, Envoi, Expedition, LigneResume
from partenaires.models.rectification import ChampRectifie, Rectification
from partenaires.models.revision import Revision
from partenaires.models.service import Service
from partenaires.models.session import SessionOuverte
from partenaires.models.texte import TEXTES, Page, Texte
from partenaires.models.utilisateur import Cadence, Utilisateur

__all__ = [
    "TEXTES",
    "ActeOrganisme",
    "Agrement",
    "Analyse",
    "Appartenance",
    "Bail",
    "Cadence",
    "ChampRectifie",
    "Connexion",
    "DernierCode",
    "Designation",
    "Envoi",
    "EtatAnalyse",
    "Evenement",
    "Expedition",
    "Fiche",
    "FichierGarde",
    "Genre",
    "Invitation",
    "LigneBudgetOrganisme",
    "LigneResume",
    "Page",
    "Partenaire",
    "Passation",
    "Rectification",
    "Revision",
    "Role",
    "Service",
    "SessionOuverte",
    "Texte",
    "Utilisateur",
]
