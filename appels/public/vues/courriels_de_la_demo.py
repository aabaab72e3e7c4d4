"""The mails that the demonstration would send."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from post_office.models import Email

from appels.socle.requete import Requete


@require_GET
def courriels_de_la_demo(request: Requete) -> HttpResponse:
    """Every mail of the outbox, those of accounts included; does not exist elsewhere."""
    if settings.MODE != "demo":
        raise Http404
    return render(
        request,
        "appels/public/courriels_demo.html",
        {"courriels": Email.objects.order_by("-pk")[:100]},
    )
