"""A dossier locked and fresh, and what refuses an act on it."""

from appels.models import Appel, Dossier
from appels.socle import completude


class AppelFerme(Exception):
    """The call is not open at the instant of the request."""

    def __init__(self, appel: Appel):
        self.appel = appel
        super().__init__(str(appel))


class NonModifiable(Exception):
    """The dossier is deposited, or its call is closed."""


class DossierIncomplet(Exception):
    """Something blocks the deposit."""

    def __init__(self, manques: list[completude.Manque]):
        self.manques = manques
        super().__init__(f"{len(manques)} manques")


def verrouiller(dossier: Dossier) -> Dossier:
    """The same dossier, locked and fresh, with its call."""
    verrouille = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    verrouille.appel = Appel.objects.get(pk=verrouille.appel_id)
    return verrouille
