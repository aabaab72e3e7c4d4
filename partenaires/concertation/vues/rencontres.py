"""The meetings of a consultation, on the side of the service."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from partenaires.concertation.actions import rencontres as actes
from partenaires.concertation.forms.rencontres import RencontreForm
from partenaires.models import Consultation, Rencontre
from partenaires.socle.entree import Requete
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie


@require_http_methods(["GET", "HEAD", "POST"])
def liste(request: Requete, pk: int) -> HttpResponse:
    """Those that are said, and one more."""
    consultation = get_object_or_404(Consultation, pk=pk)
    form = RencontreForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        donnees = form.cleaned_data
        with refus_sur(form):
            actes.ajouter(
                consultation,
                le=donnees["le"],
                lieu=donnees["lieu"],
                precisions=donnees["precisions"],
                recu_le=request.recu_le,
            )
            messages.success(request, "La rencontre est ajoutée.")
            return redirect("partenaires:rencontres", pk=pk)
    return afficher(
        request,
        "partenaires/rencontres.html",
        {"consultation": consultation, "rencontres": consultation.rencontres.all(), "form": form},
        form,
    )


def retirer(request: Requete, pk: int) -> HttpResponse:
    """It will not take place."""
    rencontre = get_object_or_404(Rencontre.objects.select_related("consultation"), pk=pk)
    actes.retirer(rencontre, recu_le=request.recu_le)
    messages.success(request, "La rencontre est retirée.")
    return redirect("partenaires:rencontres", pk=rencontre.consultation_id)
