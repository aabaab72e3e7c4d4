"""Who did what on a dossier: on a page for those concerned, as a file for the service."""

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from appels.instruction import journal as changements
from appels.models import Appel, Dossier, Passage
from appels.socle import exports
from appels.socle.droits import lit_pour_le_service
from appels.socle.requete import Requete
from appels.socle.vues.adresse import PAR_PAGE
from partenaires.socle import droits
from quartiers.horloge import a_paris

PAR_LOT = 2000  # rows read at once
COLONNES = ["le", "dossier", "acte", "de", "vers", "par", "motif", "champs"]


@require_GET
def page(request: Requete, pk: int) -> HttpResponse:
    """Every act that this person may know of, the last first, and what it changed.

    Who belongs to the organisation reads what is theirs, field by field; funders, acts only.
    """
    dossier = get_object_or_404(
        Dossier.objects.visibles_par(request.user).select_related("appel", "porteur"), pk=pk
    )
    passages = (
        Passage.objects.visibles_par(request.user)
        .filter(dossier=dossier)
        .select_related("par")
        .order_by("-pk")
    )
    lot = Paginator(passages, PAR_PAGE).get_page(request.GET.get("page"))
    du_service = lit_pour_le_service(request.user, dossier)
    details = {}
    if du_service:
        details = changements.details(dossier, lot, changements.lisibles(request.user))
    elif droits.est_membre(request.user, dossier.porteur_id):
        details = changements.details_de_l_organisme(dossier, lot)
    return render(
        request,
        "appels/instruction/historique.html",
        {
            "dossier": dossier,
            "page": lot,
            "actes": [(passage, details.get(passage.pk, [])) for passage in lot],
            "du_service": du_service,
        },
    )


@require_GET
def journal(request: Requete, pk: int) -> StreamingHttpResponse:
    """The log of one dossier: what its page shows to this person."""
    dossier = get_object_or_404(Dossier.objects.visibles_par(request.user), pk=pk)
    passages = Passage.objects.visibles_par(request.user).filter(dossier=dossier)
    return _fichier(passages, f"journal-{dossier.numero or dossier.pk}.csv")


@require_GET
def journal_de_l_appel(request: Requete, pk: int) -> StreamingHttpResponse:
    """The log of every dossier of a call that I may read."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    visibles = Dossier.objects.visibles_par(request.user).filter(appel=appel)
    passages = Passage.objects.visibles_par(request.user).filter(dossier__in=visibles)
    return _fichier(passages, f"journal-appel-{appel.repere}.csv")


def _fichier(passages: QuerySet[Passage], nom: str) -> StreamingHttpResponse:
    """Streamed: a log has no bound."""
    reponse = StreamingHttpResponse(
        exports.flux_csv(COLONNES, _lignes(passages)), content_type="text/csv; charset=utf-8"
    )
    reponse["Content-Disposition"] = content_disposition_header(True, nom)
    return reponse


def _lignes(passages: QuerySet[Passage]) -> Iterator[list[str]]:
    """One row an act, in the order of `COLONNES`."""
    for passage in passages.select_related("dossier", "par").iterator(chunk_size=PAR_LOT):
        yield [
            a_paris(passage.le).isoformat(timespec="seconds"),
            passage.dossier.numero or f"brouillon {passage.dossier_id}",
            passage.get_acte_display(),
            passage.get_de_display(),
            passage.get_vers_display(),
            str(passage.par),
            passage.motif,
            passage.champs_en_clair,
        ]
