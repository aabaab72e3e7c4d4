from appels.models.accompagnement import DemandePapier
from appels.models.accord import Accord, SensAccord
from appels.models.affiche import Affiche, FormatAffiche
from appels.models.appel import (
    Appel,
    DocumentDemande,
    FinanceurAppel,
    Theme,
)
from appels.models.avis import Avis, AvisRemplace, Sens
from appels.models.budget import Benevolat, ChoixDeLigne, LigneBudget
from appels.models.comite import (
    Comite,
    Deliberation,
    Inscription,
    Presence,
    SensComite,
    Venue,
)
from appels.models.complement import Complement, Point
from appels.models.comptage import TOUS_LES_APPELS, Comptage
from appels.models.condense import AdresseCondensee, Condense
from appels.models.contenu import Beneficiaires, Indicateur, Lieu, MoyenHumain, PartDuQuartier
from appels.models.dauphin import DepotDauphin, EtatDauphin
from appels.models.delai import Derogation, Prolongation
from appels.models.depart import Depart
from appels.models.deport import Deport
from appels.models.diffusion import Diffusion, GenreDiffusion, Publication
from appels.models.dossier import Dossier
from appels.models.echange import Cote, FichierMessage, Message, Note, Signal
from appels.models.ecriture import EcritureEnCours, Ouvrage
from appels.models.enveloppe import Enveloppe, Mouvement, Proposition, Scenario
from appels.models.fabrication import Fabrication
from appels.models.financement import ACCORDS, Decision, DecisionPrise, Financement, NatureAide
from appels.models.franchissement import Barriere, Franchissement
from appels.models.grille import Cotation, Critere, Lecture, MotifDeBloc
from appels.models.imprime import Imprime
from appels.models.lettre import Auteur, Gabarit, Lettre
from appels.models.liste import Export, FormatExport, GenreExport, ModeleExport, Vue
from appels.models.mention import Mention
from appels.models.numerotation import Numerotation
from appels.models.offre import AxeOuvert, ThemePropose
from appels.models.papier import GenrePapier, Papier
from appels.models.partie import NomPartie, Partie
from appels.models.passage import Acte, Passage
from appels.models.piece import Conformite, CoordonneesBancaires, Piece
from appels.models.rappel import Battement, Rappel
from appels.models.rapprochement import ImportDauphin
from appels.models.rattachement import Rattachement
from appels.models.regime import Regime
from appels.models.reglages import MotifsPar
from appels.models.regle import CleRegle, Gravite, Regle
from appels.models.reprise import (
    AncienQuartier,
    EtatReprise,
    LigneReprise,
    Reprise,
    SortDeLigne,
)
from appels.models.saisie import Saisie
from appels.models.serie import GesteSurSerie, MouvementDeSerie, Serie
from appels.models.soutien import (
    AdressePublique,
    Cumul,
    EtatDePart,
    PartFinanceur,
    PartQuartier,
    Soutien,
)
from appels.models.synthese import Synthese
from appels.models.version import Attestation, Recepisse, Version

__all__ = [
    "ACCORDS",
    "TOUS_LES_APPELS",
    "Accord",
    "Acte",
    "AdresseCondensee",
    "AdressePublique",
    "Affiche",
    "AncienQuartier",
    "Appel",
    "Attestation",
    "Auteur",
    "Avis",
    "AvisRemplace",
    "AxeOuvert",
    "Barriere",
    "Battement",
    "Beneficiaires",
    "Benevolat",
    "ChoixDeLigne",
    "CleRegle",
    "Comite",
    "Complement",
    "Comptage",
    "Condense",
    "Conformite",
    "CoordonneesBancaires",
    "Cotation",
    "Cote",
    "Critere",
    "Cumul",
    "Decision",
    "DecisionPrise",
    "Deliberation",
    "DemandePapier",
    "Depart",
    "Deport",
    "DepotDauphin",
    "Derogation",
    "Diffusion",
    "DocumentDemande",
    "Dossier",
    "EcritureEnCours",
    "Enveloppe",
    "EtatDauphin",
    "EtatDePart",
    "EtatReprise",
    "Export",
    "Fabrication",
    "FichierMessage",
    "Financement",
    "FinanceurAppel",
    "FormatAffiche",
    "FormatExport",
    "Franchissement",
    "Gabarit",
    "GenreDiffusion",
    "GenreExport",
    "GenrePapier",
    "GesteSurSerie",
    "Gravite",
    "ImportDauphin",
    "Imprime",
    "Indicateur",
    "Inscription",
    "Lecture",
    "Lettre",
    "Lieu",
    "LigneBudget",
    "LigneReprise",
    "Mention",
    "Message",
    "ModeleExport",
    "MotifDeBloc",
    "MotifsPar",
    "Mouvement",
    "MouvementDeSerie",
    "MoyenHumain",
    "NatureAide",
    "NomPartie",
    "Note",
    "Numerotation",
    "Ouvrage",
    "Papier",
    "PartDuQuartier",
    "PartFinanceur",
    "PartQuartier",
    "Partie",
    "Passage",
    "Piece",
    "Point",
    "Presence",
    "Prolongation",
    "Proposition",
    "Publication",
    "Rappel",
    "Rattachement",
    "Recepisse",
    "Regime",
    "Regle",
    "Reprise",
    "Saisie",
    "Scenario",
    "Sens",
    "SensAccord",
    "SensComite",
    "Serie",
    "Signal",
    "SortDeLigne",
    "Soutien",
    "Synthese",
    "Theme",
    "ThemePropose",
    "Venue",
    "Version",
    "Vue",
]
