"""The service helps to write: drafts opened to it, requests received on paper."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction.actions import demandes_papier
from appels.instruction.forms.demandes_papier import PapierForm
from appels.models import Appel, Dossier
from appels.socle.vues.adresse import PAR_PAGE
from partenaires.socle import fichiers
from partenaires.socle.vues.formulaire import afficher, fichiers_saisis, saisie


@require_GET
def ouverts(request):
    """Agents: the drafts that organisations opened to them, and the requests on paper not deposited
    yet.
    """
    dossiers = Dossier.objects.visibles_par(request.user).non_deposes().pour_liste()
    return render(
        request,
        "appels/instruction/ouverts.html",
        {
            "page": Paginator(dossiers, PAR_PAGE).get_page(request.GET.get("page")),
            "appels": Appel.objects.publies()[:2],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def papier(request, pk):
    """Enter a request received on paper: its scan first, its answers next."""
    appel = get_object_or_404(Appel, pk=pk)
    form = PapierForm(
        saisie(request), fichiers_saisis(request), appel=appel, instant=request.recu_le
    )
    if request.method == "POST" and form.is_valid():
        choix = form.cleaned_data
        try:
            dossier = demandes_papier.saisir_papier(
                appel,
                choix["porteur"],
                intitule=choix["intitule"],
                cle=choix["cle"],
                signataire=choix["signataire"],
                scan=choix["scan"],
                papier_recu_le=choix["recu"],
                par=request.user,
                recu_le=request.recu_le,
            )
        except OSError:
            form.add_error("scan", fichiers.PLUS_DE_PLACE)
        else:
            messages.success(
                request, "La demande est ouverte : saisissez les réponses, puis déposez-la."
            )
            return redirect("appels:dossier", pk=dossier.pk)
    return afficher(request, "appels/instruction/papier.html", {"appel": appel, "form": form}, form)
