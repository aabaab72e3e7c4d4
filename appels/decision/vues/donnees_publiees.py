"""What keeps grants out of the open data: funder by funder, dossier by dossier."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from appels.public import scdl
from appels.socle.requete import Requete
from partenaires.models import Partenaire, Service


@require_GET
def donnees_publiees(request: Requete) -> HttpResponse:
    """The state of each file, with a link to each dossier that is not whole."""
    financeurs = Partenaire.objects.publient_leurs_subventions().prefetch_related("rectifications")
    service = Service.actuel()
    return render(
        request,
        "appels/decision/donnees_publiees.html",
        {
            "inventaires": [scdl.inventaire(financeur) for financeur in financeurs],
            "service": service,
            "version": scdl.VERSION,
        },
    )
