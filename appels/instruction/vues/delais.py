"""Closings put off by the service: for everybody, or for one organisation by a code."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.instruction.actions import echeances
from appels.instruction.forms.delais import ClotureForm, DerogationForm
from appels.models import Appel, Derogation
from appels.socle.requete import Requete
from appels.socle.vues.adresse import PAR_PAGE
from partenaires.socle.vues.formulaire import afficher, refus_en_message, refus_sur, saisie
from quartiers.francais import date_et_heure


@require_http_methods(["GET", "HEAD", "POST"])
def prolonger(request: Requete, pk: int) -> HttpResponse:
    """The head of the service puts off the closing of a call, with a public reason."""
    appel = get_object_or_404(Appel.objects.exclude(ferme_le=None), pk=pk)
    form = ClotureForm(
        saisie(request),
        appel=appel,
        instant=request.recu_le,
        public=True,
    )
    if request.method == "POST" and form.is_valid():
        nouvelle = form.cleaned_data["instant"]
        with refus_sur(form):
            echeances.prolonger(
                appel,
                nouvelle=nouvelle,
                motif=form.cleaned_data["motif"],
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(
                request, f"La clôture est reportée au {date_et_heure(nouvelle)}, heure de Paris."
            )
            return redirect("appels:appel_modifier", pk=pk)
    return afficher(
        request,
        "appels/instruction/prolonger.html",
        {
            "appel": appel,
            "form": form,
            "prolongations": appel.prolongations.select_related("par"),
            "brouillons": appel.dossiers.suivis_pour_le_service(request.user).non_deposes().count(),
        },
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def derogations(request: Requete, pk: int) -> HttpResponse:
    """The codes of a call: given to whom, why, until when, used by whom."""
    appel = get_object_or_404(Appel.objects.exclude(ferme_le=None), pk=pk)
    form = DerogationForm(saisie(request), appel=appel, instant=request.recu_le)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            derogation = echeances.accorder(
                appel,
                form.cleaned_data["porteur"],
                jusqu_a=form.cleaned_data["instant"],
                motif=form.cleaned_data["motif"],
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(
                request,
                f"Code {derogation.code_lisible} pour {derogation.porteur}. Transmettez-le à "
                "l’organisme : il sert une fois, pour un dossier.",
            )
            return redirect("appels:derogations", pk=pk)
    lignes = appel.derogations.select_related(
        "porteur",
        "par",
        "dossier",
        "utilisee_par",
        "revoquee_par",
    )
    return afficher(
        request,
        "appels/instruction/derogations.html",
        {
            "appel": appel,
            "form": form,
            "page": Paginator(lignes, PAR_PAGE).get_page(request.GET.get("page")),
        },
        form,
    )


def revoquer(request: Requete, pk: int) -> HttpResponse:
    """Take back a code that nobody used."""
    derogation = get_object_or_404(Derogation, pk=pk)
    with refus_en_message(request):
        echeances.revoquer(derogation, par=request.user, recu_le=request.recu_le)
        messages.success(request, f"Le code {derogation.code_lisible} ne vaut plus.")
    return redirect("appels:derogations", pk=derogation.appel_id)
