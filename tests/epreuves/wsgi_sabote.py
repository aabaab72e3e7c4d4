"""The sabotaged control of the writing proof: the server says « saved » first and writes a second
later.
"""

import threading

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.db import connection, transaction

from appels.redaction.actions import (
    parties,
)

vrai = parties._ecrire


def ecrire_plus_tard(*quoi):
    """Answer as if it were done; do it later, in a thread that dies with the worker."""

    def vraiment():
        try:
            with transaction.atomic():
                vrai(*quoi)
        finally:
            connection.close()

    with transaction.atomic():
        partie = vrai(*quoi)
        transaction.set_rollback(True)
    threading.Timer(1.0, vraiment).start()
    return partie


parties._ecrire = ecrire_plus_tard
