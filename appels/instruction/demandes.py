"""What the service may ask an organisation to complete: its points, and the deadline given."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from appels.models import DocumentDemande
from partenaires.socle.refus import Refus

UN_AN = timedelta(days=366)


class DelaiPasse(Refus):
    """The deadline given is not in the future."""

    phrase = "Ce délai est déjà passé : donnez une date à venir."
    champ = "jour"


class DelaiTropLoin(Refus):
    """A slip of the finger in the year: nobody would be reminded, nor the dossier examined."""

    phrase = "Ce délai court sur plus d’un an : vérifiez l’année."
    champ = "jour"


def exiger_un_delai(avant_le: datetime, recu_le: datetime) -> None:
    """To come, within a year. Raises `DelaiPasse` or `DelaiTropLoin`."""
    if avant_le <= recu_le:
        raise DelaiPasse
    if avant_le > recu_le + UN_AN:
        raise DelaiTropLoin


class DelaiPlusCourt(Refus):
    """What was given is not taken back: the organisation counts on it."""

    phrase = (
        "L’organisme a déjà jusqu’à cette date, ou plus tard : donnez un délai plus long. "
        "Pour ne plus attendre, fermez la demande avec « Ne plus attendre »."
    )
    champ = "jour"


class PlusDAttente(Refus):
    """Nothing is asked any more: answered or closed meanwhile."""

    phrase = "Plus rien n’est demandé à l’organisme : il n’y a pas de délai à prolonger."


@dataclass(frozen=True)
class Demande:
    """One point: a part, the document if there is one, the words."""

    partie: str
    texte: str
    document: DocumentDemande | None = None
