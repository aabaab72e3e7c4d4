"""The log of every change, for the head of the service: searched, taken as a file, sealed."""

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from appels.instruction import journal
from appels.instruction.forms.journal import JournalForm
from appels.models import Dossier
from appels.socle import exports
from appels.socle.requete import Requete
from appels.socle.vues.adresse import PAR_PAGE
from partenaires.models import Partenaire
from partenaires.socle.vues.formulaire import afficher
from quartiers.horloge import a_paris
from quartiers.models import Sceau, Trace
from quartiers.models.trace import TraceQuerySet

PAR_LOT = 500  # lines put in words at once
COLONNES = ["le", "par", "acte", "geste", "sur", "objet", "clé", "changements"]


@require_GET
def page(request: Requete) -> HttpResponse:
    """What answers the search, the last first."""
    form, traces = _cherchees(request)
    lot = Paginator(traces.select_related("par"), PAR_PAGE).get_page(request.GET.get("page"))
    return afficher(
        request,
        "appels/instruction/journal.html",
        {
            "form": form,
            "page": lot,
            "changements": journal.en_clair(list(lot)),
            "recherche": request.GET.urlencode(),
            "dernier": Sceau.objects.last(),
        },
        form,
    )


@require_GET
def fichier(request: Requete) -> StreamingHttpResponse:
    """The same lines, streamed: a log has no bound."""
    _, traces = _cherchees(request)
    reponse = StreamingHttpResponse(
        exports.flux_csv(COLONNES, _lignes(traces)), content_type="text/csv; charset=utf-8"
    )
    reponse["Content-Disposition"] = content_disposition_header(True, "journal.csv")
    return reponse


def _cherchees(request: Requete) -> tuple[JournalForm, TraceQuerySet]:
    form = JournalForm(request.GET)
    return form, form.recherche().parmi(journal.lisibles(request.user))


def _lignes(traces: TraceQuerySet) -> Iterator[list[str]]:
    """One row a line, in the order of `COLONNES`."""
    lot: list[Trace] = []
    for trace in traces.select_related("par").iterator(chunk_size=PAR_LOT):
        lot.append(trace)
        if len(lot) == PAR_LOT:
            yield from _en_colonnes(lot)
            lot = []
    yield from _en_colonnes(lot)


def _en_colonnes(lot: list[Trace]) -> Iterator[list[str]]:
    for lu in journal.en_clair(lot):
        yield [
            a_paris(lu.trace.le).isoformat(timespec="seconds"),
            str(lu.trace.par or ""),
            lu.trace.acte,
            lu.trace.get_geste_display(),
            lu.sur,
            lu.objet,
            str(lu.trace.cle),
            " ; ".join(str(valeur) for valeur in lu.valeurs),
        ]


@require_GET
def sceaux(request: Requete) -> HttpResponse:
    """The heads of the days, to print or to copy."""
    lot = Paginator(Sceau.objects.order_by("-jour"), PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "appels/instruction/sceaux.html", {"page": lot})


@require_GET
def du_dossier(request: Requete, pk: int) -> HttpResponse:
    """Every change of a dossier, for the service."""
    dossier = get_object_or_404(Dossier.objects.visibles_par(request.user), pk=pk)
    traces = journal.lisibles(request.user).du_dossier(pk)
    return _changements(request, traces, {"dossier": dossier, "titre": str(dossier)})


@require_GET
def de_l_organisme(request: Requete, pk: int) -> HttpResponse:
    """Every change of an organisation, its people and its sheet, for the service."""
    organisme = get_object_or_404(Partenaire, pk=pk)
    traces = journal.lisibles(request.user).de_l_organisme(pk)
    return _changements(request, traces, {"organisme": organisme, "titre": str(organisme)})


def _changements(request: Requete, traces: TraceQuerySet, contexte: dict) -> HttpResponse:
    lot = Paginator(traces.select_related("par"), PAR_PAGE).get_page(request.GET.get("page"))
    contexte |= {"page": lot, "changements": journal.en_clair(list(lot))}
    return render(request, "appels/instruction/changements.html", contexte)
