"""The log of every change, for the head of the service: searched, taken as a file, sealed."""

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction import journal, journaux
from appels.instruction.forms.journal import JournalForm
from appels.instruction.vues.exports import Demande, journal_en_fichier
from appels.models import Dossier, GenreExport
from appels.socle import exports
from appels.socle.requete import Requete
from appels.socle.vues.adresse import PAR_PAGE
from partenaires.models import Partenaire
from partenaires.socle.vues.formulaire import afficher
from quartiers.models import Sceau
from quartiers.models.trace import TraceQuerySet


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


@require_http_methods(["GET", "HEAD", "POST"])
def fichier(request: Requete) -> HttpResponseBase:
    """The same lines as a file, made by the worker when there are many."""
    form, traces = _cherchees(request)
    demande = Demande(GenreExport.JOURNAL, filtres=form.recherche().a_garder())
    return journal_en_fichier(request, traces, _en_csv, "journal.csv", demande)


def _en_csv(traces: TraceQuerySet) -> Iterator[str]:
    lignes = journaux.rangs_des_changements(journaux.changements(traces))
    return exports.flux_csv(journaux.CHANGEMENTS, lignes)


def _cherchees(request: Requete) -> tuple[JournalForm, TraceQuerySet]:
    form = JournalForm(request.GET)
    return form, form.recherche().parmi(journal.lisibles(request.user))


@require_GET
def sceaux(request: Requete) -> HttpResponse:
    """The heads of the days, to print or to copy."""
    lot = Paginator(Sceau.objects.order_by("-jour"), PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "appels/instruction/sceaux.html", {"page": lot})


@require_GET
def du_dossier(request: Requete, pk: int) -> HttpResponse:
    """Every change of a dossier, for the service."""
    dossier = get_object_or_404(Dossier.objects.visibles_par(request.user), pk=pk)
    traces = journal.du_dossier(request.user, pk)
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
