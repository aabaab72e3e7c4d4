"""Correct a deposited dossier, and read its versions side by side."""

import json

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.depot.actions import correction
from appels.models import Dossier
from appels.socle import cerfa, droits
from appels.socle.vues import lecture
from appels.socle.vues.lecture import mon_dossier
from partenaires.socle.refus import Refus
from quartiers.models import Quartier


@require_http_methods(["GET", "HEAD", "POST"])
def corriger(request, pk):
    """Says what a correction is, then opens it."""
    dossiers = (
        Dossier.objects.a_rediger_par(request.user).deposes().select_related("appel", "porteur")
    )
    dossier = get_object_or_404(dossiers, pk=pk)
    if deja := dossier.correction_en_cours():
        return redirect("appels:dossier", pk=deja.pk)
    droits.peut_corriger.exiger(request.user, dossier, request.recu_le)
    if request.method != "POST":
        return render(
            request,
            "appels/depot/corriger.html",
            {
                "dossier": dossier,
                "version": lecture.figee(dossier),
                "complement": dossier.complement_en_cours(),
            },
        )
    try:
        brouillon = correction.corriger(dossier, par=request.user, recu_le=request.recu_le)
    except Refus as refus:
        messages.error(request, refus.phrase)
        return redirect("appels:relecture", pk=pk)
    messages.success(
        request, "La correction est ouverte : elle contient tout ce que vous avez déposé."
    )
    return redirect("appels:dossier", pk=brouillon.pk)


@require_GET
def versions(request, pk):
    """Each version deposited, what it changed, its receipt."""
    dossier = get_object_or_404(
        Dossier.objects.visibles_par(request.user).deposes().select_related("appel", "porteur"),
        pk=pk,
    )
    deposees = list(dossier.versions.select_related("figee_par", "recepisse"))
    contenus = [json.loads(version.contenu) for version in deposees]
    noms = dict(Quartier.objects.values_list("code", "nom_court"))
    ecarts = [
        None,
        *(
            cerfa.differences(avant, apres, noms)
            for avant, apres in zip(contenus, contenus[1:], strict=False)
        ),
    ]
    return render(
        request,
        "appels/depot/versions.html",
        {"dossier": dossier, "versions": list(zip(deposees, ecarts, strict=True))[::-1]},
    )


@require_GET
def changements(request, pk):
    """What a correction changes of the deposit, or a new dossier of the one that it was written
    from.
    """
    dossier = mon_dossier(request, pk)
    source = dossier.corrige or dossier.repris_de
    if source is None or dossier.est_integre:
        return redirect("appels:dossier", pk=pk)
    return render(
        request,
        "appels/depot/changements.html",
        {
            "dossier": dossier,
            "source": source,
            "differences": lecture.changements(source, lecture.lisible(dossier, None)),
        },
    )
