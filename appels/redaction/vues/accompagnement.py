"""A draft opened to the service; a request received on paper, entered by an agent."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from appels.models import DemandePapier, Dossier
from appels.redaction.actions import accompagnement
from appels.socle import droits
from appels.socle.requete import Requete
from appels.socle.vues.lecture import mon_dossier
from partenaires.socle import quarantaine
from partenaires.socle.vues.formulaire import refus_en_message


def ouvrir(request: Requete, pk: int) -> HttpResponse:
    """Let the service read a draft, or stop it: the same button, two words."""
    dossier = mon_dossier(request, pk)
    droits.redige.exiger(request.user, dossier)
    with refus_en_message(request):
        if "refermer" in request.POST:
            accompagnement.refermer(dossier, par=request.user, recu_le=request.recu_le)
            messages.success(request, "Le service ne lit plus ce brouillon, ni ses messages.")
        else:
            accompagnement.ouvrir(dossier, par=request.user, recu_le=request.recu_le)
            messages.success(
                request,
                "Le service peut lire ce brouillon ; il ne peut pas l’écrire. "
                "Vous pouvez le refermer quand vous voulez.",
            )
    return redirect("appels:dossier", pk=pk)


@require_GET
def scan(request: Requete, pk: int) -> HttpResponseBase:
    """The original of a request received on paper, as an attachment."""
    dossiers = Dossier.objects.visibles_par(request.user).filter(pk=pk)
    demande = get_object_or_404(
        DemandePapier.objects.select_related("dossier"), dossier__in=dossiers
    )
    try:
        contenu = demande.lire()
    except quarantaine.FichierRetenu as retenu:
        return render(
            request,
            "appels/socle/fichier_retenu.html",
            {"phrase": str(retenu), "dossier": demande.dossier},
            status=409,
        )
    return FileResponse(
        BytesIO(contenu),
        as_attachment=True,
        filename=demande.nom,
        content_type=demande.mime,
        headers={"Content-Security-Policy": "sandbox; default-src 'none'"},
    )
