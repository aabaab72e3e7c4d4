"""The projects that a word of a resident is linked to."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.instruction.actions import rattachements as actes
from appels.instruction.forms.rattachements import RattachementForm
from appels.models import Dossier, Rattachement
from appels.models.dossiers import DossierQuerySet
from appels.socle import protection
from appels.socle.requete import Requete
from partenaires.concertation import droits
from partenaires.models import Contribution
from partenaires.socle.vues.formulaire import afficher, refus_en_message, refus_sur, saisie


@require_http_methods(["GET", "HEAD", "POST"])
def parole(request: Requete, pk: int) -> HttpResponse:
    """The dossiers linked to a contribution, and one more."""
    lues = Contribution.objects.select_related("consultation", "quartier", "axe")
    contribution = get_object_or_404(lues, pk=pk)
    if request.method == "POST":
        droits.peut_moderer.exiger(request.user, contribution)
    visibles = _visibles(request)
    form = RattachementForm(saisie(request), visibles=visibles)
    if request.method == "POST" and form.is_valid():
        dossier = form.cleaned_data["numero"]
        with refus_sur(form):
            actes.rattacher(contribution, dossier, par=request.user, recu_le=request.recu_le)
            messages.success(request, f"La contribution est liée au dossier {dossier.numero}.")
            return redirect("partenaires:parole", pk=pk)
    liens = contribution.rattachements.filter(dossier__in=visibles).select_related("dossier")
    return afficher(
        request,
        "appels/instruction/rattachements.html",
        {
            "contribution": contribution,
            "form": form,
            "liens": liens,
            "secrets": protection.parmi({lien.dossier_id for lien in liens}),
        },
        form,
    )


def _visibles(request: Requete) -> DossierQuerySet:
    """What is deposited, and the past years taken over that everybody reads."""
    repris = Dossier.objects.repris_lus_par(request.user).filter(soutien__isnull=False)
    return Dossier.objects.lus_pour_le_service(request.user).deposes() | repris


def detacher(request: Requete, pk: int) -> HttpResponse:
    """Take a link away."""
    visibles = _visibles(request)
    lien = get_object_or_404(
        Rattachement.objects.filter(dossier__in=visibles).select_related("dossier"), pk=pk
    )
    with refus_en_message(request):
        actes.detacher(lien, par=request.user, recu_le=request.recu_le)
        messages.success(request, "Le lien est retiré.")
    return redirect("appels:rattachements", pk=lien.contribution_id)
