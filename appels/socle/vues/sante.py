"""Is it alive, is it ready: for the machines that watch."""

from datetime import datetime, timedelta

from celery import current_app
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appels.models import Battement
from appels.socle.requete import Requete

BATTEMENT_MAX = timedelta(minutes=10)


@never_cache
@require_safe
def vivant(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"etat": "vivant"})


@never_cache
@require_safe
def pret(request: Requete) -> JsonResponse:
    """Database, broker, age of the last beat: 503 when one of them is missing."""
    etat = {"base": _base(), "courtier": _courtier(), "battement": _battement(request.recu_le)}
    est_pret = all(valeur == "ok" for valeur in etat.values())
    return JsonResponse(etat, status=200 if est_pret else 503)


def _base() -> str:
    try:
        with connection.cursor() as curseur:
            curseur.execute("SELECT 1")
        return "ok"
    except DatabaseError:
        return "absente"


def _courtier() -> str:
    try:
        with current_app.connection_for_write() as lien:
            lien.ensure_connection(max_retries=1, timeout=2)
        return "ok"
    except Exception:
        return "absent"


def _battement(instant: datetime) -> str:
    try:
        dernier = Battement.objects.filter(nom="beat").first()
    except DatabaseError:
        return "inconnu"
    if dernier is None:
        return "jamais"
    return "ok" if instant - dernier.le <= BATTEMENT_MAX else "en retard"
