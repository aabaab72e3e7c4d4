"""An organisation gives up what a funder granted."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.decision.actions import renonciations as actes
from appels.decision.forms.decisions import RenoncerForm
from appels.models import Dossier
from appels.socle import droits
from appels.socle.requete import Requete
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie


@require_http_methods(["GET", "HEAD", "POST"])
def renoncer(request: Requete, pk: int) -> HttpResponse:
    """What is granted by letter, ticked to be given up, with the reason: a signatory alone."""
    deposes = Dossier.objects.a_rediger_par(request.user).deposes()
    dossier = get_object_or_404(deposes.select_related("appel", "porteur"), pk=pk)
    droits.peut_renoncer.exiger(request.user, dossier)
    renoncables = actes.renoncables(dossier)
    form = RenoncerForm(saisie(request), renoncables=renoncables)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            renonces = actes.renoncer(
                dossier,
                [financement.pk for financement in form.cleaned_data["subventions"]],
                form.cleaned_data["motif"],
                par=request.user,
                recu_le=request.recu_le,
            )
            noms = ", ".join(financement.nom for financement in renonces)
            messages.success(request, f"Vous avez renoncé à la subvention de : {noms}.")
            return redirect("appels:decisions_recues", pk=pk)
    return afficher(
        request,
        "appels/decision/renoncer.html",
        {"dossier": dossier, "form": form, "renoncables": renoncables},
        form,
    )
