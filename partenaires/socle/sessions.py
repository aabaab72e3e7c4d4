"""The browsers where a person is signed in, seen from the server."""

from partenaires.models import SessionOuverte, Utilisateur


def fermer_les_sessions(utilisateur: Utilisateur) -> int:
    """Sign a person out everywhere, at once; how many browsers."""
    return SessionOuverte.objects.filter(utilisateur=utilisateur).fermer()
