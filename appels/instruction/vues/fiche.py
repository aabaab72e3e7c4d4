"""A dossier on one sheet of A4: what is brought to a meeting, or left on a desk."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from appels.instruction import annees_du_porteur, coup_d_oeil
from appels.models import Dossier
from appels.socle.requete import Requete
from appels.socle.vues import lecture


@require_GET
def fiche(request: Requete, pk: int) -> HttpResponse:
    """At a glance, its need and its description, within the rights of the reader."""
    instruits = Dossier.objects.instruits_par(request.user)
    lus = instruits.select_related("appel", "porteur", "axe", "confie_a")
    dossier = get_object_or_404(
        coup_d_oeil.avec_le_mot(lus).prefetch_related("pieces", "appel__documents"), pk=pk
    )
    demande = lecture.lisible(dossier, lecture.figee(dossier))
    passes = instruits | Dossier.objects.repris_lus_par(request.user)
    return render(
        request,
        "appels/instruction/fiche.html",
        {
            "dossier": dossier,
            "contenu": demande["contenu"],
            "vu": coup_d_oeil.regarder(
                dossier,
                demande["contenu"],
                request.user,
                annees=annees_du_porteur.lire(dossier, passes, request.user),
            ),
            "recu_le": request.recu_le,
        },
    )
