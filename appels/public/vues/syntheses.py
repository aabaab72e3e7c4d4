"""What came out of a consultation: read by everybody, as a page and two files."""

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render

from appels.models import Synthese
from appels.public.donnees_ouvertes import donnees_ouvertes
from appels.socle import exports
from appels.socle.cache_public import page_publique, page_qui_lit
from appels.socle.requete import Requete
from appels.socle.vues import adresse
from partenaires.concertation import bilan
from partenaires.models import Consultation

PAR_PAGE = 12


def _close(cle: str) -> Consultation:
    """A consultation whose synthesis is released; the others are a 404."""
    closes = Consultation.objects.publiees().filter(bilan_publie_le__isnull=False)
    consultation = closes.filter(adresse=cle).first()
    if consultation is None:
        raise Http404
    return consultation


@page_qui_lit("page")
def synthese(request: Requete, cle: str) -> HttpResponse:
    """Its words, its numbers, every contribution with its answer."""
    consultation = _close(cle)
    demande = adresse.parametres(request, ("page",))
    lignes = bilan.paroles(consultation)
    return render(
        request,
        "appels/public/participer/synthese.html",
        {
            "consultation": consultation,
            "bilan": bilan.compter(consultation),
            "page": adresse.page(lignes, demande["page"], PAR_PAGE),
            "papier": Synthese.objects.offertes().filter(consultation=consultation).first(),
        },
    )


@donnees_ouvertes
@page_publique
def synthese_csv(request: Requete, cle: str) -> HttpResponse:
    """The same contributions as a file: one a row, its answer beside it."""
    consultation = _close(cle)
    contenu = exports.en_csv([bilan.ENTETES, *bilan.lignes(consultation)])
    reponse = HttpResponse(contenu, content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="bilan-{consultation.adresse}.csv"'
    return reponse


def synthese_pdf(request: Requete, cle: str) -> HttpResponseBase:
    """The paper as it was made last; a 404 until the worker has made one, or made it again since
    something left the public.
    """
    papier = Synthese.objects.offertes().filter(consultation=_close(cle)).first()
    if papier is None:
        raise Http404
    return FileResponse(
        papier.fichier.open("rb"),
        as_attachment=True,
        filename=papier.nom,
        content_type="application/pdf",
    )
