"""What a funder told the service elsewhere than on the portal."""

from dataclasses import dataclass

from appels.models import Avis
from partenaires.models import Partenaire


@dataclass(frozen=True)
class Recueil:
    """An opinion that a funder gave elsewhere, as the service enters it; cents."""

    partenaire: Partenaire
    sens: str
    montant_propose: int | None
    motif: str
    lu: Avis | None = None  # the shared opinion that was there when this was read
