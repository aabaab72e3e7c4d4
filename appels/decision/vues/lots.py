"""The lot of a funder: asked in a page, made by the worker."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from appels.decision.actions import lots as actes
from appels.instruction.vues.exports import a_moi
from appels.models import Appel, GenreExport
from partenaires.models.appartenance import ROLES_FINANCEUR
from partenaires.socle import droits


@require_http_methods(["GET", "HEAD", "POST"])
def lots(request, pk):
    """The lot of a funder, made by the worker: for this funder, and for the service."""
    appel = get_object_or_404(Appel, pk=pk)
    siens = [
        financeur.partenaire
        for financeur in appel.financeurs.select_related("partenaire")
        if droits.est_agent(request.user)
        or droits.roles(request.user, financeur.partenaire_id) & {*ROLES_FINANCEUR}
    ]
    if request.method == "POST":
        choisi = next((p for p in siens if str(p.pk) == request.POST.get("partenaire")), None)
        if choisi is None:
            messages.error(
                request, "Ce financeur n’est pas des vôtres dans cet appel : rien n’est demandé."
            )
        else:
            actes.demander(appel, choisi, par=request.user, recu_le=request.recu_le)
            messages.success(
                request, f"Le lot de {choisi} est en préparation : il paraîtra ci-dessous."
            )
        return redirect("appels:lots", pk=pk)
    return render(
        request,
        "appels/decision/lots.html",
        {
            "appel": appel,
            "partenaires": siens,
            "exports": a_moi(request, genre=GenreExport.LOT, appel=appel),
        },
    )
