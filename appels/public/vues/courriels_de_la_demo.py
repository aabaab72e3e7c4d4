"""The mails that the demonstration would send."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from appels.socle.requete import Requete
from partenaires.models import Envoi


@require_GET
def courriels_de_la_demo(request: Requete) -> HttpResponse:
    """The mails that the demonstration writes, readable; does not exist elsewhere."""
    if settings.MODE != "demo":
        raise Http404
    return render(
        request,
        "appels/public/courriels_demo.html",
        {"envois": Envoi.objects.select_related("courriel")[:100]},
    )
