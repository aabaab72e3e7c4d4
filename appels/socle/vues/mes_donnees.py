"""One's own data, to take away."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from appels.socle import figement, portabilite


@require_GET
def mes_donnees(request):
    """A JSON file, made at once."""
    reponse = HttpResponse(
        figement.canonique(portabilite.donnees(request.user)), content_type="application/json"
    )
    reponse["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return reponse
