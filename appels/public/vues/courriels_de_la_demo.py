"""The mails that the demonstration would send."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from post_office.models import Email

from appels.socle.requete import Requete
from appels.socle.vues import adresse

MONTRES = 20  # whole mails: the last ones are those that one looks for


@require_GET
def courriels_de_la_demo(request: Requete) -> HttpResponse:
    """Every mail of the outbox, those of accounts included; does not exist elsewhere."""
    if settings.MODE != "demo":
        raise Http404
    return render(
        request,
        "appels/public/courriels_demo.html",
        {"page": adresse.page(Email.objects.order_by("-pk"), request.GET.get("page", ""), MONTRES)},
    )
