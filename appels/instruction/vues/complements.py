"""Ask to complete or correct a deposited dossier, see the answer, stop waiting."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from appels.instruction.actions import complements as actes
from appels.instruction.forms.examen import ComplementForm, MotifForm
from appels.instruction.vues.examen import a_examiner, trop_tard
from appels.models import Dossier
from appels.models.etats import TransitionInterdite
from appels.socle import completude
from partenaires.socle.vues.formulaire import afficher, saisie
from quartiers.francais import date_et_heure


@require_http_methods(["GET", "HEAD", "POST"])
def demander(request, pk):
    """A sentence beside each part or document concerned, and a deadline."""
    dossiers = Dossier.objects.instruits_par(request.user).prefetch_related(
        "pieces", "appel__documents"
    )
    dossier = a_examiner(request, pk, dossiers)
    form = ComplementForm(
        saisie(request),
        dossier=dossier,
        documents=completude.documents_demandes(dossier),
        instant=request.recu_le,
    )
    if request.method == "POST" and form.is_valid():
        points = [
            actes.Demande(partie, texte, document) for partie, texte, document in form.points()
        ]
        try:
            complement = actes.demander(
                dossier,
                points,
                avant_le=form.cleaned_data["avant_le"],
                message=form.cleaned_data["message"],
                par=request.user,
                recu_le=request.recu_le,
            )
        except TransitionInterdite:
            form.add_error(None, trop_tard(dossier))
        else:
            messages.success(
                request,
                f"La demande est envoyée. L’organisme répond avant le "
                f"{date_et_heure(complement.avant_le)}, heure de Paris.",
            )
            return redirect("appels:examen", pk=pk)
    return afficher(
        request,
        "appels/instruction/demander_complement.html",
        {"dossier": dossier, "form": form},
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def clore(request, pk):
    """Stop waiting: the dossier is examined as it was deposited."""
    dossier = a_examiner(request, pk)
    if not dossier.est_a_completer:
        messages.error(request, trop_tard(dossier))
        return redirect("appels:examen", pk=pk)
    form = MotifForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        try:
            actes.clore(dossier, par=request.user, recu_le=request.recu_le, **form.cleaned_data)
        except TransitionInterdite:
            messages.error(request, trop_tard(dossier))
        else:
            messages.success(
                request, f"{dossier.numero} est de nouveau à examiner, tel qu’il a été déposé."
            )
        return redirect("appels:examen", pk=pk)
    return afficher(
        request,
        "appels/instruction/clore_complement.html",
        {"dossier": dossier, "form": form, "encore": dossier.attend_un_complement(request.recu_le)},
        form,
    )
