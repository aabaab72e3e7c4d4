"""The mails that the demonstration would send."""

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from post_office.models import Email

from appels.socle.requete import Requete
from appels.socle.vues import adresse

MONTRES = 20  # the last ones are those that one looks for


@require_GET
def courriels_de_la_demo(request: Requete) -> HttpResponse:
    """Every mail of the outbox, those of accounts included; does not exist elsewhere."""
    if settings.MODE != "demo":
        raise Http404
    demande = adresse.parametres(request, ("q", "page"))
    trouves = _trouves(demande["q"])
    return render(
        request,
        "appels/public/courriels_demo.html",
        {
            "page": adresse.page(trouves, demande["page"], MONTRES),
            "cherche": demande["q"],
            "total": Email.objects.count(),
        },
    )


def _trouves(cherche: str) -> QuerySet[Email]:
    """The last ones first: those whose subject, recipient or text has each word."""
    courriels = Email.objects.order_by("-pk")
    for mot in cherche.split():
        courriels = courriels.filter(
            Q(to__icontains=mot) | Q(subject__icontains=mot) | Q(message__icontains=mot)
        )
    return courriels
