"""The version of a deposit that a page showed: nobody decides on one that nobody has read."""

from appels.models import Dossier, Version
from partenaires.socle.refus import Refus
from quartiers.francais import moment


class NouvelleVersion(Refus):
    """The organisation corrected its deposit since the page was shown."""

    def __init__(self, version: Version):
        super().__init__(
            f"{version.dossier.numero} : une nouvelle version est arrivée depuis que cette page "
            f"est montrée, le {moment(version.figee_le)}. Rien n’est enregistré : lisez-la, puis "
            "recommencez."
        )


def exiger_la_version(dossier: Dossier, montree: int | None) -> None:
    """Raises `NouvelleVersion`; call it on a locked dossier."""
    if montree is None:
        return
    derniere = dossier.versions.order_by("rang").last()
    if derniere is not None and derniere.rang != montree:
        raise NouvelleVersion(derniere)
