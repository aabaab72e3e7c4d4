"""The browsers where a person is signed in, seen from the server."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from partenaires.models import Utilisateur


def fermer_les_sessions(utilisateur: Utilisateur) -> int:
    """Sign a person out everywhere, at once; how many browsers.

    A session says whose it is only inside what is signed: each is read. It is done once in a while,
    for somebody who leaves.
    """
    cle = str(utilisateur.pk)
    siennes = [
        session.pk
        for session in Session.objects.iterator()
        if session.get_decoded().get(SESSION_KEY) == cle
    ]
    Session.objects.filter(pk__in=siennes).delete()
    return len(siennes)
