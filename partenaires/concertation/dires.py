"""What is said, as it was typed and checked: what a form gives to an act."""

from dataclasses import dataclass
from datetime import date

from partenaires.models import SourceParole, Utilisateur
from quartiers.models import Axe, Quartier


@dataclass(frozen=True)
class Parole:
    """A contribution."""

    type: str
    texte: str
    titre: str = ""
    quartier: Quartier | None = None
    axe: Axe | None = None
    pseudonyme: str = ""
    courriel: str = ""


@dataclass(frozen=True)
class Recueil:
    """How it came when it was not written here: on what, which day, entered by whom (H7)."""

    source: SourceParole
    saisie_par: Utilisateur
    dite_le: date | None = None


@dataclass(frozen=True)
class Notice:
    """What somebody says is illegal, and who says it (H5)."""

    motif: str
    explication: str
    nom: str
    courriel: str
    bonne_foi: bool
