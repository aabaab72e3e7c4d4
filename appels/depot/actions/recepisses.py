"""The paper of a deposit: made once by the worker, stored, mailed."""

import hashlib
import logging

from django.db import transaction

from appels.models import Recepisse, Version
from appels.socle import courriels, pdf
from quartiers import horloge

journal = logging.getLogger(__name__)


def etablir(version: Version) -> None:
    """Render outside any transaction, then store and write the mail in one; once, however often
    called.
    """
    recepisse = Recepisse.objects.select_related("version__dossier__appel").get(version=version)
    if recepisse.etabli_le or recepisse.essais >= Recepisse.ESSAIS_MAX:
        return
    try:
        contenu = pdf.recepisse(recepisse)
    except pdf.RenduImpossible as erreur:
        journal.error("Récépissé de %s : %s", recepisse.version, erreur)
        Recepisse.objects.filter(pk=recepisse.pk).update(
            essais=recepisse.essais + 1, erreur=str(erreur)[:300]
        )
        return
    _ranger(recepisse.pk, contenu)


@transaction.atomic
def _ranger(pk: int, contenu: bytes) -> None:
    recepisse = Recepisse.objects.select_for_update(of=("self",)).get(pk=pk)
    if recepisse.etabli_le:
        return
    recepisse.sha256, recepisse.etabli_le, recepisse.erreur = (
        hashlib.sha256(contenu).hexdigest(),
        horloge.maintenant(),
        "",
    )
    recepisse.ranger(contenu)
    recepisse.save()
    courriels.recepisse(recepisse, contenu)
