from partenaires.models.analyse import Analyse, EtatAnalyse
from partenaires.models.appartenance import Appartenance, Invitation, Role
from partenaires.models.connexion import Connexion, DernierCode, Evenement
from partenaires.models.consultation import (
    AxeConsulte,
    Consultation,
    ModeDeModeration,
    QuartierConsulte,
    Rencontre,
)
from partenaires.models.contribution import (
    Abonnement,
    Contribution,
    Echo,
    SourceParole,
    TypeParole,
)
from partenaires.models.document_organisme import DocumentOrganisme, NatureDeDocument
from partenaires.models.ecriture import AideALaQuestion, MotDuBudget
from partenaires.models.etablissement import Etablissement
from partenaires.models.etats_des_paroles import EtatParole, VerbeParole
from partenaires.models.fiche import Agrement, Fiche, LigneBudgetOrganisme
from partenaires.models.fichier_garde import FichierGarde
from partenaires.models.moderation import (
    DecisionSignalement,
    Moderation,
    MotifModeration,
    MotifSignalement,
    Recours,
    Signalement,
)
from partenaires.models.partenaire import Genre, Partenaire
from partenaires.models.passation import ActeOrganisme, Designation, Passation
from partenaires.models.postier import Bail, Envoi, Expedition, LigneResume
from partenaires.models.rectification import ChampRectifie, Rectification
from partenaires.models.reponse import EtapeSuite, Reponse, Suite, Utile
from partenaires.models.revision import Revision
from partenaires.models.service import Service
from partenaires.models.session import SessionOuverte
from partenaires.models.texte import TEXTES, Page, Texte
from partenaires.models.utilisateur import Cadence, Densite, Utilisateur

__all__ = [
    "TEXTES",
    "Abonnement",
    "ActeOrganisme",
    "Agrement",
    "AideALaQuestion",
    "Analyse",
    "Appartenance",
    "AxeConsulte",
    "Bail",
    "Cadence",
    "ChampRectifie",
    "Connexion",
    "Consultation",
    "Contribution",
    "DecisionSignalement",
    "Densite",
    "DernierCode",
    "Designation",
    "DocumentOrganisme",
    "Echo",
    "Envoi",
    "Etablissement",
    "EtapeSuite",
    "EtatAnalyse",
    "EtatParole",
    "Evenement",
    "Expedition",
    "Fiche",
    "FichierGarde",
    "Genre",
    "Invitation",
    "LigneBudgetOrganisme",
    "LigneResume",
    "ModeDeModeration",
    "Moderation",
    "MotDuBudget",
    "MotifModeration",
    "MotifSignalement",
    "NatureDeDocument",
    "Page",
    "Partenaire",
    "Passation",
    "QuartierConsulte",
    "Recours",
    "Rectification",
    "Rencontre",
    "Reponse",
    "Revision",
    "Role",
    "Service",
    "SessionOuverte",
    "Signalement",
    "SourceParole",
    "Suite",
    "Texte",
    "TypeParole",
    "Utile",
    "Utilisateur",
    "VerbeParole",
]
