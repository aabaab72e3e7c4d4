"""What the service may ask an organisation to complete: its points, and the deadline given."""

from dataclasses import dataclass

from appels.models import DocumentDemande
from partenaires.socle.refus import Refus


class DelaiPasse(Refus):
    """The deadline given is not in the future."""

    phrase = "Ce délai est déjà passé : donnez une date à venir."
    champ = "jour"


@dataclass(frozen=True)
class Demande:
    """One point: a part, the document if there is one, the words."""

    partie: str
    texte: str
    document: DocumentDemande | None = None
