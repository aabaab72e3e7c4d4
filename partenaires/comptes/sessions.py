"""The browsers signed in: seen, listed, ended, and closed when nobody acts any more."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.core.cache import caches

from partenaires.comptes import connexions
from partenaires.models import Connexion, SessionOuverte, Utilisateur
from partenaires.models.connexion import Evenement
from partenaires.models.session import SessionsOuvertes
from partenaires.socle import droits
from partenaires.socle.entree import Requete
from partenaires.socle.limites import Limites

PRECISION = timedelta(minutes=1)  # of « last seen »: not a write a page


def limite(utilisateur: Utilisateur) -> timedelta:
    """How long without an act before the session ends."""
    if droits.est_agent(utilisateur) or droits.est_financeur(utilisateur):
        return timedelta(minutes=settings.INACTIVITE_SERVICE)
    return timedelta(minutes=settings.INACTIVITE_PORTEURS)


def tenir(request: Requete, *, est_un_acte: bool) -> bool:
    """Note that this browser was seen; False when it stayed too long without an act: signed out.

    What a page left open asks by itself is not an act, or an office left for the night would stay
    signed in. A saving is one: it leaves only after somebody typed.
    """
    ouverte = request.session.rangee
    if ouverte is None:
        return True
    depuis = request.recu_le - ouverte.vue_le
    if depuis > limite(request.user):
        connexions.inscrire(request, Evenement.INACTIVITE, request.user)
        logout(request)
        return False
    if est_un_acte and depuis > PRECISION:
        ouverte.vue_le = request.recu_le
        SessionOuverte.objects.filter(pk=ouverte.pk).update(vue_le=request.recu_le)
    return True


def des_autres(request: Requete) -> SessionsOuvertes:
    """The other browsers where this person is signed in, the last seen first."""
    siennes = SessionOuverte.objects.filter(utilisateur=request.user)
    return siennes.vivantes(request.recu_le).exclude(pk=request.session.session_key)


def fermer(request: Requete, repere: str) -> int:
    """End the other session that `repere` names, all the others when it is empty; gives how many.

    The one that asks goes on: « Se déconnecter » ends it.
    """
    autres = des_autres(request)
    visees = [une.pk for une in autres if repere in ("", une.repere)]
    fermees = autres.filter(pk__in=visees).fermer()
    if fermees:
        connexions.inscrire(request, Evenement.ARRET, request.user)
    return fermees


def oublier(instant: datetime) -> None:
    """What is over at `instant`: tries, sessions that died, lines older than the setting."""
    limites = caches["default"]
    if isinstance(limites, Limites):
        limites.effacer_les_echues(instant)
    SessionOuverte.objects.effacer_les_mortes(instant)
    Connexion.objects.effacer_avant(instant)
