"""Give up a draft, bring it back, withdraw a dossier: said before, confirmed, logged."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from appels.depot.actions import arret
from appels.models import Dossier
from appels.models.etats import TransitionInterdite
from appels.socle import droits

TROP_TARD = "Ce dossier a changé entre-temps : rien n’a été fait. Relisez son état."


def _mien(request, pk: int) -> Dossier:
    dossiers = Dossier.objects.a_rediger_par(request.user).select_related(
        "appel", "porteur", "corrige"
    )
    return get_object_or_404(dossiers, pk=pk)


def _faire(request, dossier: Dossier, geste, phrase: str):
    """The gesture, or what happened meanwhile."""
    try:
        geste(dossier, par=request.user, recu_le=request.recu_le)
    except TransitionInterdite:
        messages.error(request, TROP_TARD)
    else:
        messages.success(request, phrase)
    return redirect("appels:mes_dossiers")


@require_http_methods(["GET", "HEAD", "POST"])
def abandonner(request, pk):
    """Says what will happen to a draft, then does it."""
    dossier = _mien(request, pk)
    droits.peut_abandonner.exiger(request.user, dossier)
    if request.method == "POST":
        return _faire(
            request,
            dossier,
            arret.abandonner,
            "La correction est abandonnée."
            if dossier.corrige_id
            else f"« {dossier} » est abandonné. Vous pouvez le rétablir.",
        )
    return render(request, "appels/redaction/abandonner.html", {"dossier": dossier})


def retablir(request, pk):
    dossier = _mien(request, pk)
    droits.peut_retablir.exiger(request.user, dossier)
    return _faire(request, dossier, arret.retablir, f"« {dossier} » est de nouveau un brouillon.")


@require_http_methods(["GET", "HEAD", "POST"])
def retirer(request, pk):
    """Says what remains of a deposited dossier, then withdraws it."""
    dossier = _mien(request, pk)
    droits.peut_retirer.exiger(request.user, dossier)
    if request.method == "POST":
        return _faire(request, dossier, arret.retirer, f"Le dossier {dossier.numero} est retiré.")
    return render(request, "appels/depot/retirer.html", {"dossier": dossier})
