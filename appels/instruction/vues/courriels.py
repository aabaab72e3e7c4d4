"""What the portal sent: reminders of a call, mails that fail."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET
from post_office.models import Email

from appels.models import Appel, Dossier, Rappel, Recepisse
from appels.models.mention import lisibles
from appels.socle.requete import Requete
from appels.socle.vues.adresse import PAR_PAGE
from partenaires.socle import postier


@require_GET
def rappels(request: Requete, pk: int) -> HttpResponse:
    """Who was reminded, when, of what; and the receipts that could not be made."""
    appel = get_object_or_404(Appel, pk=pk)
    suivis = Dossier.objects.suivis_pour_le_service(request.user).filter(appel=appel)
    envoyes = Rappel.objects.suivis_par(request.user).filter(dossier__appel=appel)
    envoyes = envoyes.select_related("dossier__porteur")
    en_panne = Recepisse.objects.filter(
        version__dossier__in=suivis,
        etabli_le__isnull=True,
        essais__gt=0,
    )
    return render(
        request,
        "appels/instruction/rappels.html",
        {
            "appel": appel,
            "page": Paginator(envoyes, PAR_PAGE).get_page(request.GET.get("page")),
            "brouillons": suivis.non_deposes().count(),
            "en_panne": en_panne.select_related("version__dossier"),
        },
    )


@require_GET
def courriels(request: Requete) -> HttpResponse:
    """Mails that did not leave, or perhaps twice, but those of a dossier that I do not follow."""
    page = Paginator(_en_echec(request), PAR_PAGE).get_page(request.GET.get("page"))
    suivis = Dossier.objects.suivis_pour_le_service(request.user)
    incertains = lisibles(postier.incertains(), suivis)[:PAR_PAGE]
    contexte = {"page": page, "incertains": incertains}
    return render(request, "appels/instruction/courriels.html", contexte)


def _en_echec(request: Requete) -> QuerySet[Email]:
    suivis = Dossier.objects.suivis_pour_le_service(request.user)
    return lisibles(postier.en_echec(), suivis)


def relancer_courriel(request: Requete, pk: int) -> HttpResponse:
    """Send again one of those that failed, among those that I am shown."""
    postier.relancer(get_object_or_404(_en_echec(request), pk=pk))
    messages.success(request, "Le courriel est remis dans la file d’envoi.")
    return redirect("appels:courriels")
