"""Who did what on a dossier: on a page for those concerned, as a file for the service."""

from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from appels.models import Appel, Dossier, Passage
from appels.socle import exports
from appels.socle.vues.adresse import PAR_PAGE
from partenaires.socle import droits
from quartiers.horloge import a_paris

COLONNES = ["le", "dossier", "acte", "de", "vers", "par", "motif", "champs"]


@require_GET
def page(request, pk):
    """Every act that this person may know of, the last first."""
    dossier = get_object_or_404(
        Dossier.objects.visibles_par(request.user).select_related("appel", "porteur"), pk=pk
    )
    passages = (
        Passage.objects.visibles_par(request.user)
        .filter(dossier=dossier)
        .select_related("par")
        .order_by("-pk")
    )
    return render(
        request,
        "appels/instruction/historique.html",
        {
            "dossier": dossier,
            "page": Paginator(passages, PAR_PAGE).get_page(request.GET.get("page")),
            "du_service": droits.est_agent(request.user),
        },
    )


@require_GET
def journal(request, pk):
    """The log of one dossier."""
    dossier = get_object_or_404(Dossier.objects.visibles_par(request.user), pk=pk)
    return _fichier(
        Passage.objects.filter(dossier=dossier), f"journal-{dossier.numero or dossier.pk}.csv"
    )


@require_GET
def journal_de_l_appel(request, pk):
    """The log of every dossier of a call that I may read."""
    appel = get_object_or_404(Appel, pk=pk)
    siens = Dossier.objects.visibles_par(request.user).filter(appel=appel)
    return _fichier(Passage.objects.filter(dossier__in=siens), f"journal-appel-{appel.annee}.csv")


def _fichier(passages, nom: str):
    """Streamed: a log has no bound."""
    lignes = (
        [
            a_paris(p.le).isoformat(timespec="seconds"),
            p.dossier.numero or f"brouillon {p.dossier_id}",
            p.get_acte_display(),
            p.get_de_display(),
            p.get_vers_display(),
            str(p.par),
            p.motif,
            p.champs_en_clair,
        ]
        for p in passages.select_related("dossier", "par").iterator(chunk_size=2000)
    )
    reponse = StreamingHttpResponse(
        exports.flux_csv(COLONNES, lignes), content_type="text/csv; charset=utf-8"
    )
    reponse["Content-Disposition"] = content_disposition_header(True, nom)
    return reponse
