"""What an act on many dossiers left aside, named on the next page."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest

from appels.models import Dossier
from appels.socle import empechement
from quartiers.francais import accorder

NOMMES = 40  # beyond, the page of the list says the rest


def dire_les_laisses(
    request: HttpRequest, laisses: Iterable[tuple[Dossier, str]], ecartes: Iterable[Dossier] = ()
) -> None:
    """« Laissés de côté : CV-2027-0003 (pas déclaré recevable), … ».

    `ecartes`: those on which this person may not act.
    """
    if fermes := empechement.nommer(ecartes):
        messages.warning(request, fermes)
    dits = [f"{dossier.numero} ({pourquoi})" for dossier, pourquoi in laisses]
    if not dits:
        return
    suite = f" et {accorder(len(dits) - NOMMES, 'autre')}" if len(dits) > NOMMES else ""
    messages.warning(request, f"Laissés de côté : {', '.join(dits[:NOMMES])}{suite}.")
