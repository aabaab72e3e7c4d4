"""The decisions of the funders, entered by the service: one by one, or by one act."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.decision import decomptes
from appels.decision.actions import decisions as actes
from appels.decision.forms.decisions import ReprendreForm, formulaires
from appels.decision.vues.laisses import dire_les_laisses
from appels.instruction.vues import fil
from appels.instruction.vues.examen import dire_l_empechement
from appels.models import Appel, DecisionPrise, Deliberation, Dossier, Ouvrage, Scenario
from appels.socle import barrieres, droits, ecritures
from appels.socle.aboutissement import aboutissement
from appels.socle.requete import Requete
from partenaires.models import Partenaire
from partenaires.socle.vues.formulaire import (
    afficher,
    refus_sur,
    saisie,
)
from quartiers.francais import accorder


@require_http_methods(["GET", "HEAD", "POST"])
def decisions(request: Requete, pk: int) -> HttpResponse:
    """One line a funder asked: what it decided, how much, when, by which act."""
    if request.method == "POST":
        dire_l_empechement(request, pk)
    lus = Dossier.objects.lus_pour_le_service(request.user).deposes()
    dossier = get_object_or_404(lus.select_related("appel", "porteur"), pk=pk)
    droits.peut_saisir_les_decisions.exiger(request.user, dossier)
    ecritures.noter(request, dossier, Ouvrage.DECISIONS)
    tableau = formulaires(saisie(request), dossier)
    if request.method == "POST" and tableau.is_valid():
        with refus_sur(tableau):
            actes.saisir(
                dossier,
                [form.instance for form in tableau.changees],
                vues={form.instance.pk: form.cleaned_data["vue"] for form in tableau.changees},
                pourquoi=tableau.pourquoi,
                par=request.user,
                recu_le=request.recu_le,
            )
            ecritures.finir(request, dossier, Ouvrage.DECISIONS)
            messages.success(request, f"Les décisions sur « {dossier} » sont enregistrées.")
            return fil.revenir(request, "appels:decisions", pk)
    aboutit = None
    if not tableau.is_bound:
        aboutit = aboutissement(form.instance.decision for form in tableau)
    return afficher(
        request,
        "appels/decision/decisions.html",
        {
            "dossier": dossier,
            "tableau": tableau,
            "aboutissement": aboutit,
            "barrieres": barrieres.devant(dossier, request.recu_le),
            "peut_deroger": droits.peut_deroger(request.user),
            "mot": Deliberation.objects.filter(dossier=dossier).order_by("-le", "-pk").first(),
            "prises": DecisionPrise.objects.filter(financement__dossier=dossier)
            .select_related("financement__partenaire", "par")
            .order_by("financement", "-rang"),
        },
        tableau,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decider(request: Requete, pk: int) -> HttpResponse:
    """By funder: what the frozen scenario gives, what is decided; one act decides all the rest."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    fige = Scenario.objects.figes().filter(appel=appel).select_related("appel").first()
    comptes = decomptes.par_financeur(appel, fige)
    refus = {compte.partenaire.pk: compte.refus for compte in comptes if compte.a_decider}
    form = None
    if fige and refus:
        partenaires = Partenaire.objects.filter(pk__in=refus)
        reperes = {compte.partenaire.pk: compte.repere for compte in comptes}
        form = ReprendreForm(saisie(request), refus=refus, reperes=reperes, partenaires=partenaires)
        if request.method == "POST" and form.is_valid():
            with refus_sur(form):
                _reprendre(request, fige, form)
                return redirect("appels:decider", pk=pk)
    return afficher(
        request,
        "appels/decision/decider.html",
        {
            "appel": appel,
            "fige": fige,
            "comptes": comptes,
            "form": form,
            "peut_publier": droits.peut_publier_les_decisions(request.user),
            "peut_deroger": droits.peut_deroger(request.user),
        },
        *([form] if form else []),
    )


def _reprendre(request: Requete, fige: Scenario, form: ReprendreForm) -> None:
    """One act decides all the rest of a funder; raises the refusals of the act."""
    partenaire = form.cleaned_data["partenaire"]
    reprise = actes.decider_selon_le_scenario(
        fige,
        partenaire,
        decide_le=form.cleaned_data["decide_le"],
        acte=form.cleaned_data["acte"],
        motif=form.cleaned_data["motif"],
        verse_des=form.cleaned_data["verse_des"],
        verse_jusqu_au=form.cleaned_data["verse_jusqu_au"],
        par=request.user,
        recu_le=request.recu_le,
        vu=form.vu,
    )
    faites = accorder(reprise.combien, "décision enregistrée", "décisions enregistrées")
    messages.success(request, f"{partenaire} : {faites}.")
    dire_les_laisses(request, reprise.laisses, reprise.ecartes)
