"""Correct a deposited dossier, and read its versions side by side."""

import json
from itertools import pairwise

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.depot.actions import correction
from appels.models import Dossier
from appels.socle import cerfa, droits
from appels.socle.requete import Requete
from appels.socle.vues import lecture
from appels.socle.vues.lecture import mon_dossier
from partenaires.socle.vues.formulaire import refus_en_message
from quartiers.models import Quartier


@require_http_methods(["GET", "HEAD", "POST"])
def corriger(request: Requete, pk: int) -> HttpResponse:
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
    with refus_en_message(request):
        brouillon = correction.corriger(dossier, par=request.user, recu_le=request.recu_le)
        messages.success(
            request, "La correction est ouverte : elle contient tout ce que vous avez déposé."
        )
        return redirect("appels:dossier", pk=brouillon.pk)
    return redirect("appels:relecture", pk=pk)


@require_GET
def versions(request: Requete, pk: int) -> HttpResponse:
    """Each version deposited, what it changed, its receipt."""
    dossier = get_object_or_404(
        Dossier.objects.visibles_par(request.user).deposes().select_related("appel", "porteur"),
        pk=pk,
    )
    deposees = list(dossier.versions.select_related("figee_par", "recepisse"))
    contenus = [json.loads(version.contenu) for version in deposees]
    noms = dict(Quartier.objects.values_list("code", "nom_court"))
    # the first version changes nothing: it has nothing to be compared with
    ecarts: list[list[cerfa.Difference] | None] = [None]
    for avant, apres in pairwise(contenus):
        ecarts.append(cerfa.differences(avant, apres, noms))
    la_derniere_d_abord = list(zip(deposees, ecarts, strict=True))[::-1]
    return render(
        request,
        "appels/depot/versions.html",
        {"dossier": dossier, "versions": la_derniere_d_abord},
    )


@require_GET
def changements(request: Requete, pk: int) -> HttpResponse:
    """What a correction changes of the deposit, or a new dossier of its model."""
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


@require_GET
def depuis(request: Requete, pk: int) -> HttpResponse:
    """What a renewal changes of the project that it takes up, for whoever reads both."""
    dossier = lecture.visible(request, pk)
    lus = Dossier.objects.visibles_par(request.user).deposes().select_related("appel")
    source = lus.filter(pk=dossier.repris_de_id).first()
    if source is None or not dossier.est_depose:
        return redirect("appels:relecture", pk=pk)
    presente = lecture.lisible(dossier, lecture.figee(dossier))
    return render(
        request,
        "appels/depot/depuis.html",
        {
            "dossier": dossier,
            "source": source,
            "differences": lecture.changements(source, presente),
        },
    )
