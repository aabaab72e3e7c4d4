"""The series of a dossier: its years, and what an agent corrects of it."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from appels.instruction.actions import series as actes
from appels.instruction.forms.series import MouvementForm
from appels.instruction.vues import fil
from appels.models import Dossier, GesteSurSerie, MouvementDeSerie
from appels.models.dossiers import DossierQuerySet
from appels.socle import stades
from appels.socle.requete import Requete
from partenaires.socle.vues.formulaire import afficher, refus_en_message, refus_sur, saisie


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Requete, pk: int) -> HttpResponse:
    """The years of the same action; take out, join, put two together."""
    lus = _lisibles(request)
    numerotes = lus.filter(numero__isnull=False)
    dossier = get_object_or_404(numerotes.select_related("appel", "porteur", "serie"), pk=pk)
    form = MouvementForm(saisie(request), dossier=dossier)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            messages.success(request, _faire(request, dossier, form))
            return fil.revenir(request, "appels:serie", pk)
    mouvements = MouvementDeSerie.objects.none()
    if dossier.serie_id:
        mouvements = MouvementDeSerie.objects.filter(
            Q(de=dossier.serie_id) | Q(vers=dossier.serie_id)
        ).select_related("de", "vers", "par", "annule_par")
    annees = lus.filter(serie=dossier.serie_id, serie__isnull=False)
    situees = annees.annotate(stade=stades.stade(request.recu_le)).select_related("appel")
    return afficher(
        request,
        "appels/instruction/serie.html",
        {
            "dossier": dossier,
            "annees": [
                (annee, stades.Stade(annee.stade) if annee.stade else None)
                for annee in situees.order_by("appel__annee", "pk")
            ],
            "mouvements": mouvements,
            "form": form,
        },
        form,
    )


def _lisibles(request: Requete) -> DossierQuerySet:
    """What this agent reads: dossiers, and past years taken over, which have no other page."""
    repris = Dossier.objects.repris_lus_par(request.user)
    return Dossier.objects.lus_pour_le_service(request.user) | repris


def _faire(request: Requete, dossier: Dossier, form: MouvementForm) -> str:
    """Do it; the sentence that says what was done."""
    par = {"motif": form.cleaned_data["motif"], "par": request.user, "recu_le": request.recu_le}
    geste = form.cleaned_data["geste"]
    if geste == GesteSurSerie.DETACHER:
        actes.detacher(dossier, **par)
        return f"{dossier.numero} commence une série."
    serie = form.cleaned_data["serie"]
    if geste == GesteSurSerie.RATTACHER:
        actes.rattacher(dossier, serie, **par)
        return f"{dossier.numero} est une année de « {serie} »."
    actes.reunir(dossier, serie, **par)
    return f"Les deux séries n’en font qu’une : « {serie} »."


def annuler(request: Requete, pk: int) -> HttpResponse:
    """The dossiers that moved go back where they were."""
    mouvement = get_object_or_404(MouvementDeSerie, pk=pk)
    numerotes = _lisibles(request).filter(pk__in=mouvement.dossiers, numero__isnull=False)
    dossier = numerotes.order_by("pk").first()
    if dossier is None:
        raise Http404
    with refus_en_message(request):
        actes.annuler(mouvement, par=request.user, recu_le=request.recu_le)
        messages.success(request, "Le mouvement est annulé : les dossiers sont revenus.")
    return fil.revenir(request, "appels:serie", dossier.pk)
