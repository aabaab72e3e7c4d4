"""What happened at the door of accounts, kept for who they belong to."""

import hashlib
import hmac
import re

from allauth.account.utils import filter_users_by_email
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest

from partenaires.models import Connexion, Utilisateur
from partenaires.models.connexion import Evenement
from quartiers import horloge

# The first that fits names it: Edge says Chrome too, Chrome says Safari too.
NAVIGATEURS = [
    ("Edg", "Edge"),
    ("OPR|Opera", "Opera"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS|Chromium", "Chrome"),
    ("Safari", "Safari"),
]
SYSTEMES = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X|Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
]


def appareil(request: HttpRequest) -> str:
    """« Firefox sur Windows »: what the browser says of itself, in plain words."""
    dit = request.headers.get("User-Agent", "")
    navigateur = _premier(NAVIGATEURS, dit) or "Navigateur inconnu"
    systeme = _premier(SYSTEMES, dit)
    return f"{navigateur} sur {systeme}" if systeme else navigateur


def _premier(noms: list[tuple[str, str]], dit: str) -> str:
    return next((nom for motif, nom in noms if re.search(motif, dit)), "")


def compte_de(adresse: str) -> Utilisateur | None:
    """The account that this address opens, if there is one."""
    comptes = filter_users_by_email(adresse, is_active=True, prefer_verified=True)
    return comptes[0] if comptes else None


def empreinte(adresse: str) -> str:
    """The same address gives the same fingerprint, and nobody goes back from it without the key."""
    cle = settings.SECRET_KEY.encode()
    return hmac.new(cle, adresse.strip().lower().encode(), hashlib.sha256).hexdigest()


def de_l_adresse(adresse: str) -> Q:
    """The lines of this address: of its account, or typed before there was one."""
    compte = compte_de(adresse)
    typee = Q(utilisateur=None, adresse=empreinte(adresse))
    return typee | Q(utilisateur=compte) if compte else typee


def inscrire(
    request: HttpRequest,
    evenement: Evenement,
    utilisateur: Utilisateur | None,
    *,
    adresse: str = "",
) -> None:
    """Write a line; `adresse` is what was typed, kept only when no account answers to it."""
    Connexion.objects.create(
        utilisateur=utilisateur,
        adresse="" if utilisateur else empreinte(adresse),
        evenement=evenement,
        appareil=appareil(request),
        le=getattr(request, "recu_le", None) or horloge.maintenant(),
    )
