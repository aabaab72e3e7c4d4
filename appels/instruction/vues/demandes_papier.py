"""The service helps to write: drafts opened to it, requests received on paper."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction.actions import demandes_papier
from appels.instruction.forms.demandes_papier import PapierForm
from appels.models import Appel, Dossier
from appels.socle.requete import Requete
from appels.socle.vues.adresse import PAR_PAGE
from partenaires.socle import fichiers
from partenaires.socle.vues.formulaire import afficher, fichiers_saisis, refus_sur, saisie


@require_GET
def ouverts(request: Requete) -> HttpResponse:
    """The drafts that organisations opened to the service, and the papers not deposited yet."""
    ouverts = Dossier.objects.lus_pour_le_service(request.user).non_deposes()
    dossiers = ouverts.avec_question_de_l_organisme().pour_liste()
    return render(
        request,
        "appels/instruction/ouverts.html",
        {
            "page": Paginator(dossiers, PAR_PAGE).get_page(request.GET.get("page")),
            "appels": Appel.objects.publies()[:2],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def papier(request: Requete, pk: int) -> HttpResponse:
    """Enter a request received on paper: its scan first, its answers next."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    form = PapierForm(
        saisie(request),
        fichiers_saisis(request),
        appel=appel,
        instant=request.recu_le,
    )
    if request.method == "POST" and form.is_valid():
        demande = form.cleaned_data
        try:
            with refus_sur(form):
                dossier = demandes_papier.saisir_papier(
                    appel,
                    demande["porteur"],
                    intitule=demande["intitule"],
                    cle=demande["cle"],
                    signataire=demande["signataire"],
                    scan=demande["scan"],
                    papier_recu_le=demande["recu"],
                    par=request.user,
                    recu_le=request.recu_le,
                )
                messages.success(
                    request, "La demande est ouverte : saisissez les réponses, puis déposez-la."
                )
                return redirect("appels:dossier", pk=dossier.pk)
        except OSError:
            form.add_error("scan", fichiers.PLUS_DE_PLACE)
    return afficher(
        request,
        "appels/instruction/papier.html",
        {"appel": appel, "form": form},
        form,
    )
