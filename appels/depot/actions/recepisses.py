"""The paper of a deposit: made once by the worker, stored, mailed."""

from contextlib import closing
from io import BytesIO
from typing import BinaryIO

from appels.models import Recepisse, Version
from appels.socle import courriels, fabrique, pdf


def etablir(version: Version) -> None:
    """Store the receipt and write its mail, once, however often called."""
    recepisse = Recepisse.objects.select_related("version__dossier__appel").get(version=version)
    # A full disk is no failure of the layout: the next beat tries again, without end.
    fabrique.fabriquer(recepisse, _rendre, ensuite=_envoyer, echecs=(pdf.RenduImpossible,))


def _rendre(recepisse: Recepisse) -> closing[BytesIO]:
    return closing(BytesIO(pdf.recepisse(recepisse)))


def _envoyer(recepisse: Recepisse, fichier: BinaryIO) -> None:
    courriels.recepisse(recepisse, fichier.read())
