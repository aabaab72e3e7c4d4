"""The papers of a dossier: the whole as PDF, the budget as a sheet, the documents in one lot."""

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.depot import papiers
from appels.depot.actions import papiers as actes
from appels.models import Dossier, GenrePapier, Papier
from appels.socle import droits, exports
from appels.socle.requete import Requete
from appels.socle.vues.lecture import visible
from quartiers.models.journalise import noter_l_ouverture

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _genres(request: Requete, dossier: Dossier) -> list[GenrePapier]:
    """Funders read what was deposited without the phones and addresses of the persons."""
    le_dossier = GenrePapier.DOSSIER_SANS_PERSONNES
    if droits.peut_lire_les_personnes(request.user, dossier):
        le_dossier = GenrePapier.DOSSIER
    return [le_dossier, GenrePapier.PIECES]


@require_http_methods(["GET", "HEAD", "POST"])
def liste(request: Requete, pk: int) -> HttpResponse:
    """What can be taken away; POST asks the worker for a file."""
    dossier = visible(request, pk)
    genres = _genres(request, dossier)
    if request.method == "POST":
        if request.POST.get("genre") in genres:
            actes.demander(
                dossier, request.POST["genre"], par=request.user, recu_le=request.recu_le
            )
        return redirect("appels:papiers", pk=pk)
    faits = {papier.genre: papier for papier in dossier.papiers.all()}
    lignes = []
    for genre in genres:
        papier = faits.get(genre)
        lignes.append(
            {
                "genre": genre,
                "papier": papier,
                "a_jour": papier and papier.marque == papiers.marque(dossier, genre),
            }
        )
    return render(request, "appels/depot/papiers.html", {"dossier": dossier, "lignes": lignes})


@require_GET
def fichier(request: Requete, pk: int, genre: str) -> HttpResponseBase:
    """A file already made."""
    dossier = visible(request, pk)
    if genre not in _genres(request, dossier):
        raise Http404
    papier = get_object_or_404(Papier, dossier=dossier, genre=genre, etabli_le__isnull=False)
    papier.dossier = dossier
    noter_l_ouverture(papier, par=request.user.pk, le=request.recu_le)
    reponse = FileResponse(papier.fichier.open("rb"), as_attachment=True, filename=papier.nom)
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return reponse


@require_GET
def budget_xlsx(request: Requete, pk: int) -> HttpResponse:
    """The budget of a dossier as a spreadsheet."""
    dossier = visible(request, pk)
    return _budget(dossier, exports.classeur_du_budget(dossier), XLSX, "xlsx")


@require_GET
def budget_csv(request: Requete, pk: int) -> HttpResponse:
    """The same lines as text."""
    dossier = visible(request, pk)
    return _budget(dossier, exports.csv_du_budget(dossier), "text/csv; charset=utf-8", "csv")


def _budget(dossier: Dossier, contenu: bytes | str, mime: str, extension: str) -> HttpResponse:
    reponse = HttpResponse(contenu, content_type=mime)
    nom = dossier.numero or f"brouillon-{dossier.pk}"
    reponse["Content-Disposition"] = f'attachment; filename="{nom}-budget.{extension}"'
    return reponse
