"""Who steps aside from a dossier; the head of the service declares for others, and lifts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction.actions import deports as actes
from appels.instruction.forms.deports import DeportForm
from appels.instruction.forms.examen import MotifForm
from appels.models import Appel, Deport, Dossier
from appels.socle import deports, droits
from appels.socle.requete import Requete
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie


@require_http_methods(["GET", "HEAD", "POST"])
def declarer(request: Requete, pk: int) -> HttpResponse:
    """Agents and funders step aside; the dossier is then closed to them everywhere."""
    dossier = get_object_or_404(
        Dossier.objects.instruits_par(request.user).select_related("appel", "porteur"), pk=pk
    )
    pour_autrui = droits.peut_deporter_autrui(request.user)
    form = DeportForm(saisie(request), utilisateur=request.user, pour_autrui=pour_autrui)
    if request.method == "POST" and form.is_valid():
        personne = form.qui_se_deporte()
        with refus_sur(form):
            actes.declarer(
                dossier,
                personne,
                motif=form.cleaned_data["motif"],
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(
                request, f"Le déport est inscrit : {dossier.numero} est fermé à {personne}."
            )
            return redirect("appels:instruction")
    return afficher(
        request,
        "appels/instruction/deport.html",
        {
            "dossier": dossier,
            "form": form,
            "pour_autrui": pour_autrui,
            "deports": dossier.deports.en_vigueur().select_related("personne", "declare_par"),
            "d_office": deports.d_office([dossier])[dossier.pk],
        },
        form,
    )


@require_GET
def registre(request: Requete, pk: int) -> HttpResponse:
    """Every one of a call, lifted or not, declared or not: it is printed in the minutes."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    dossiers = list(appel.dossiers.deposes().order_by("numero"))
    par_dossier = deports.d_office(dossiers)
    d_office = [(un, par_dossier[un.pk]) for un in dossiers if par_dossier[un.pk]]
    return render(
        request,
        "appels/instruction/deports.html",
        {
            "appel": appel,
            "d_office": d_office,
            "deports": Deport.objects.filter(dossier__appel=appel).select_related(
                "dossier",
                "personne",
                "declare_par",
                "leve_par",
            ),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lever(request: Requete, pk: int) -> HttpResponse:
    """Open the dossier again, with a reason; nobody lifts their own."""
    deport = get_object_or_404(Deport.objects.select_related("dossier", "personne"), pk=pk)
    form = MotifForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            actes.lever(
                deport,
                motif=form.cleaned_data["motif"],
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(
                request,
                f"Le déport est levé : {deport.dossier.numero} est rouvert à {deport.personne}.",
            )
            return redirect("appels:deports", pk=deport.dossier.appel_id)
    return afficher(
        request,
        "appels/instruction/lever_deport.html",
        {"deport": deport, "form": form},
        form,
    )
