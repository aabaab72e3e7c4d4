"""How many times one may try: a password, a code, a reset.

From anywhere, an account is tried a few times and no more; a browser already known has tries of its
own, that nobody else uses up. The figures are in the settings, the counts in a table that only time
empties (`partenaires.socle.limites`).
"""

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage
from django.core.cache import caches
from django.http import HttpRequest

from partenaires.comptes import navigateurs
from partenaires.models import Utilisateur

APP = "allauth.account"


def compter(
    request: HttpRequest, essai: str, cle: str, utilisateur: Utilisateur | None
) -> RateLimitUsage | None:
    """Count a try of `utilisateur`'s account, which `cle` names; None when it is one too many.

    Raises `PermissionDenied` when the address of the visitor cannot be known: all visitors would
    be one.
    """
    get_adapter().get_client_ip(request)
    connu = navigateurs.identifiant(request, utilisateur) if utilisateur else ""
    if connu:
        return ratelimit.consume(
            request, app=APP, action="essai_navigateur_connu", key=f"{essai}:{cle}:{connu}"
        )
    return ratelimit.consume(request, app=APP, action=essai, key=f"{essai}:{cle}")


def rendre(request: HttpRequest, essai: str, cle: str) -> None:
    """The account was proved to be theirs otherwise: its tries begin again."""
    ratelimit.clear(request, app=APP, action=essai, key=f"{essai}:{cle}")


def debloquer(utilisateur: Utilisateur) -> None:
    """The holder is known otherwise: the tries of the account begin again, wherever they came from.

    Those by address of a visitor stay, they are nobody's.
    """
    email = utilisateur.email.lower()
    cles = {"essai_connexion": email, "essai_code": str(utilisateur.pk), "essai_oubli": email}
    for essai, cle in cles.items():
        for rythme in ratelimit.get_rates(app=APP, action=essai):
            if rythme.per == "key":
                caches["default"].delete(
                    ratelimit.get_cache_key(
                        HttpRequest(), app=APP, action=essai, rate=rythme, key=f"{essai}:{cle}"
                    )
                )
