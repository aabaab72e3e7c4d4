"""Who did what on a dossier: on a page for those concerned, as a file for the service."""

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction import journal as changements
from appels.instruction import journaux
from appels.instruction.actions import journaux as journaux_demandes
from appels.instruction.vues.exports import Demande, journal_en_fichier
from appels.models import Appel, Dossier, GenreExport, Passage
from appels.models.passage import PassageQuerySet
from appels.socle import exports
from appels.socle.droits import lit_pour_le_service
from appels.socle.requete import Requete
from appels.socle.vues.adresse import PAR_PAGE
from partenaires.socle import droits


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


@require_http_methods(["GET", "HEAD", "POST"])
def journal(request: Requete, pk: int) -> HttpResponseBase:
    """The log of one dossier: what its page shows to this person."""
    dossier = get_object_or_404(Dossier.objects.visibles_par(request.user), pk=pk)
    passages = journaux_demandes.des_dossiers(request.user, dossier=pk)
    demande = Demande(GenreExport.ACTES, sur=str(dossier), filtres={"dossier": pk})
    nom = f"journal-{dossier.numero or dossier.pk}.csv"
    return journal_en_fichier(request, passages, _en_csv, nom, demande)


@require_http_methods(["GET", "HEAD", "POST"])
def journal_de_l_appel(request: Requete, pk: int) -> HttpResponseBase:
    """The log of every dossier of a call that I may read."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    passages = journaux_demandes.des_dossiers(request.user, appel=appel)
    demande = Demande(GenreExport.ACTES, sur=str(appel), appel=appel)
    nom = f"journal-appel-{appel.repere}.csv"
    return journal_en_fichier(request, passages, _en_csv, nom, demande)


def _en_csv(passages: PassageQuerySet) -> Iterator[str]:
    return exports.flux_csv(journaux.ACTES, journaux.rangs_des_actes(journaux.actes(passages)))
