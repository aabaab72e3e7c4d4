"""The lot of a funder: asked in a page, made by the worker."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from appels.decision.actions import lots as actes
from appels.instruction.vues.exports import a_moi
from appels.models import Appel, GenreExport
from appels.socle.requete import Requete
from partenaires.models import Partenaire
from partenaires.models.appartenance import ROLES_FINANCEUR
from partenaires.socle import droits
from quartiers.articles import de


@require_http_methods(["GET", "HEAD", "POST"])
def lots(request: Requete, pk: int) -> HttpResponse:
    """The lot of a funder, made by the worker: for this funder, and for the service."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    partenaires = _a_demander(request, appel)
    if request.method == "POST":
        demande = request.POST.get("partenaire")
        choisi = next((un for un in partenaires if str(un.pk) == demande), None)
        if choisi:
            actes.demander(appel, choisi, par=request.user, recu_le=request.recu_le)
            messages.success(
                request, f"Le lot {de(choisi)} est en préparation : il paraîtra ci-dessous."
            )
        else:
            messages.error(
                request, "Ce financeur n’est pas des vôtres dans cet appel : rien n’est demandé."
            )
        return redirect("appels:lots", pk=pk)
    return render(
        request,
        "appels/decision/lots.html",
        {
            "appel": appel,
            "partenaires": partenaires,
            "exports": a_moi(request, genre=GenreExport.LOT, appel=appel),
        },
    )


def _a_demander(request: Requete, appel: Appel) -> list[Partenaire]:
    """The funders of a call whose lot this person may ask: every one, or their own."""
    financeurs = appel.financeurs.select_related("partenaire")
    tous = [financeur.partenaire for financeur in financeurs]
    if droits.est_agent(request.user):
        return tous
    return [un for un in tous if droits.roles(request.user, un.pk) & set(ROLES_FINANCEUR)]
