"""One's own data, to take away."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from appels.socle import figement, portabilite
from appels.socle.requete import Requete
from partenaires.socle import demonstration


@require_GET
def mes_donnees(request: Requete) -> HttpResponse:
    """A JSON file, made at once."""
    donnees = figement.canonique(
        demonstration.donnees(portabilite.donnees(request.user, request.recu_le))
    )
    reponse = HttpResponse(donnees, content_type="application/json")
    reponse["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return reponse
