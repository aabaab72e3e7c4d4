"""How often one address of the network may write: no captcha (H8).

Counted in the table of tries that only time empties (`partenaires.socle.limites`), as signing in
is. « n/duration/of what »; a neighbourhood centre shares one address.
"""

from typing import Literal

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from partenaires.socle.refus import Refus

Geste = Literal["ecrire", "code", "avis", "abonnement"]
RYTHMES: dict[str, str] = {
    "ecrire": "12/h/ip,40/d/ip",
    "code": "20/h/ip",
    "avis": "30/h/ip",
    "abonnement": "10/h/ip,3/d/key",
}
PHRASES: dict[str, str] = {
    "ecrire": (
        "Beaucoup de contributions sont venues de votre connexion en peu de temps. Votre texte est "
        "toujours dans la page : envoyez-le dans une heure, demain si ce message revient, ou "
        "remettez-le sur papier au service."
    ),
    "code": "Trop de codes ont été essayés depuis votre connexion. Recommencez dans une heure.",
    "avis": "Trop d’avis sont venus de votre connexion. Recommencez dans une heure.",
    "abonnement": "Trop de demandes sont venues pour cette adresse. Recommencez demain.",
}


class Trop(Refus):
    """One too many from this address: nothing was done, what was typed stays on the page."""


def compter(request: HttpRequest, geste: Geste, cle: str = "") -> None:
    """Count an act of this visitor; raises `Trop` when it is one too many."""
    permis = ratelimit.consume(
        request, app="paroles", action=geste, config=RYTHMES, key=cle.lower() or None
    )
    if permis is None:
        raise Trop(PHRASES[geste])
