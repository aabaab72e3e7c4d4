"""Give up a draft, bring it back, withdraw a dossier: said before, confirmed, logged."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from appels.depot.actions import arret
from appels.models import Dossier
from appels.socle import droits
from appels.socle.requete import Requete
from partenaires.socle.vues.formulaire import refus_en_message


def _mien(request: Requete, pk: int) -> Dossier:
    dossiers = Dossier.objects.a_rediger_par(request.user).select_related(
        "appel", "porteur", "corrige"
    )
    return get_object_or_404(dossiers, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def abandonner(request: Requete, pk: int) -> HttpResponse:
    """Says what will happen to a draft, then does it."""
    dossier = _mien(request, pk)
    droits.peut_abandonner.exiger(request.user, dossier)
    if request.method != "POST":
        return render(request, "appels/redaction/abandonner.html", {"dossier": dossier})
    with refus_en_message(request):
        arret.abandonner(dossier, par=request.user, recu_le=request.recu_le)
        phrase = f"« {dossier} » est abandonné. Vous pouvez le rétablir."
        if dossier.corrige_id:
            phrase = "La correction est abandonnée."
        messages.success(request, phrase)
    return redirect("appels:mes_dossiers")


def retablir(request: Requete, pk: int) -> HttpResponse:
    """A draft given up comes back."""
    dossier = _mien(request, pk)
    droits.peut_retablir.exiger(request.user, dossier)
    with refus_en_message(request):
        arret.retablir(dossier, par=request.user, recu_le=request.recu_le)
        messages.success(request, f"« {dossier} » est de nouveau un brouillon.")
    return redirect("appels:mes_dossiers")


@require_http_methods(["GET", "HEAD", "POST"])
def retirer(request: Requete, pk: int) -> HttpResponse:
    """Says what remains of a deposited dossier, then withdraws it."""
    dossier = _mien(request, pk)
    droits.peut_retirer.exiger(request.user, dossier)
    if request.method != "POST":
        return render(request, "appels/depot/retirer.html", {"dossier": dossier})
    with refus_en_message(request):
        arret.retirer(dossier, par=request.user, recu_le=request.recu_le)
        messages.success(request, f"Le dossier {dossier.numero} est retiré.")
    return redirect("appels:mes_dossiers")
