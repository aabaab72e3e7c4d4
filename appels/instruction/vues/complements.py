"""Ask to complete or correct a deposited dossier, give more time, stop waiting."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from appels.instruction.actions import complements as actes
from appels.instruction.demandes import PlusDAttente
from appels.instruction.forms.examen import (
    ComplementForm,
    MotifForm,
    ProlongationComplementForm,
)
from appels.instruction.vues import fil
from appels.instruction.vues.examen import a_examiner
from appels.models import Dossier
from appels.socle import pieces_demandees
from appels.socle.requete import Requete
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie
from quartiers.francais import date_et_heure
from quartiers.horloge import a_paris


@require_http_methods(["GET", "HEAD", "POST"])
def demander(request: Requete, pk: int) -> HttpResponse:
    """A sentence beside each part or document concerned, and a deadline."""
    dossiers = (
        Dossier.objects.lus_pour_le_service(request.user)
        .deposes()
        .prefetch_related("pieces", "appel__documents")
    )
    dossier = a_examiner(request, pk, dossiers)
    form = ComplementForm(
        saisie(request),
        dossier=dossier,
        documents=pieces_demandees.demandees(dossier),
        instant=request.recu_le,
    )
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            complement = actes.demander(
                dossier,
                form.points(),
                avant_le=form.cleaned_data["avant_le"],
                message=form.cleaned_data["message"],
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(
                request,
                f"La demande est envoyée. L’organisme répond avant le "
                f"{date_et_heure(complement.avant_le)}, heure de Paris.",
            )
            return fil.revenir(request, "appels:examen", pk)
    return afficher(
        request,
        "appels/instruction/demander_complement.html",
        {"dossier": dossier, "form": form, "jour": a_paris(request.recu_le).date()},
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def prolonger(request: Requete, pk: int) -> HttpResponse:
    """More time for the answer."""
    dossier = a_examiner(request, pk)
    complement = dossier.complement_en_cours()
    if complement is None:
        messages.error(request, PlusDAttente.phrase)
        return fil.revenir(request, "appels:examen", pk)
    form = ProlongationComplementForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            complement = actes.prolonger(
                dossier,
                form.cleaned_data["avant_le"],
                motif=form.cleaned_data["motif"],
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(
                request,
                f"L’organisme a jusqu’au {date_et_heure(complement.avant_le)}, heure de Paris. "
                "Il en est prévenu.",
            )
            return fil.revenir(request, "appels:examen", pk)
    return afficher(
        request,
        "appels/instruction/prolonger_complement.html",
        {"dossier": dossier, "complement": complement, "form": form},
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def clore(request: Requete, pk: int) -> HttpResponse:
    """Stop waiting: the dossier counts as it was deposited."""
    dossier = a_examiner(request, pk)
    if not dossier.est_a_completer:
        messages.error(request, dossier.entre_temps())
        return fil.revenir(request, "appels:examen", pk)
    complement = dossier.complement_en_cours()
    form = MotifForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            actes.clore(
                dossier,
                motif=form.cleaned_data["motif"],
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(
                request, f"Plus rien n’est attendu : {dossier.numero} compte tel que déposé."
            )
            return fil.revenir(request, "appels:examen", pk)
    return afficher(
        request,
        "appels/instruction/clore_complement.html",
        {
            "dossier": dossier,
            "form": form,
            "encore": dossier.attend_un_complement(request.recu_le),
            "est_une_revision": bool(complement and complement.est_une_revision()),
        },
        form,
    )
