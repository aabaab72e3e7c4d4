"""The ground of a proof, in a process of its own: a database filled, browsers signed in. Prints
JSON on stdout.

`python -m tests.epreuves.terrain COMBIEN GENRE [CLOTURE]`: drafts to write, or complete drafts to
deposit.
"""

import json
import sys
from datetime import datetime, timedelta

import django
from django.core.management import call_command

django.setup()

from django.conf import settings
from django.test import Client

from quartiers import horloge
from tests import fabriques


def preparer(combien: int, genre: str, cloture: datetime | None) -> dict:
    """{dossiers: [pk], cookies: {name: value}} of a signatory who may write and deposit them
    all.
    """
    for commande in (
        "migrate",
        "createcachetable",
        "charger_territoire",
        "charger_partenaires",
        "charger_themes",
    ):
        call_command(commande, verbosity=0)
    ici = horloge.maintenant()
    appel = fabriques.creer_appel(
        ouvre_le=ici - timedelta(days=30), ferme_le=cloture or ici + timedelta(days=20)
    )
    porteur = fabriques.creer_association()
    signataire = fabriques.creer_signataire(porteur)
    if genre == "ecrire":
        dossiers = [fabriques.creer_dossier(appel, porteur, par=signataire) for _ in range(combien)]
    else:
        fabriques.PENDANT = ici - timedelta(days=2)
        dossiers = [
            fabriques.creer_dossier_complet(
                appel, porteur, par=signataire, cree_le=ici - timedelta(days=3)
            )
            for _ in range(combien)
        ]
    client = Client()
    client.force_login(signataire, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get("/dossiers/", headers={"X-Forwarded-Proto": "https"}, HTTP_HOST="127.0.0.1")
    return {
        "dossiers": [dossier.pk for dossier in dossiers],
        "signataire": signataire.pk,
        "cookies": {
            settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value
        },
    }


if __name__ == "__main__":
    fin = datetime.fromisoformat(sys.argv[3]) if len(sys.argv) > 3 else None
    print(json.dumps(preparer(int(sys.argv[1]), sys.argv[2], fin)))
