"""A part opened from the check page before attesting leads back there, whatever is done there."""

from django.urls import reverse

from appels.models import Dossier
from appels.socle import droits
from appels.socle.balises.appel import A_VERIFIER, RETOUR
from appels.socle.requete import Requete


def est_a_verifier(request: Requete, dossier: Dossier) -> bool:
    """The check page sent this person here, who may still deposit."""
    return request.GET.get("retour") == RETOUR and droits.peut_deposer(request.user, dossier)


def suite(request: Requete, dossier: Dossier) -> str:
    """What the addresses of the part keep from one request to the next; empty otherwise."""
    return A_VERIFIER if est_a_verifier(request, dossier) else ""


def fin(request: Requete, dossier: Dossier) -> str:
    """Where one goes once the part is done: the check page, or the task list."""
    page = "deposer" if est_a_verifier(request, dossier) else "dossier"
    return reverse(f"appels:{page}", args=[dossier.pk])
