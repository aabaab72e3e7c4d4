"""The decisions of the funders: entered by the service, released by its head."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from appels.decision import decomptes
from appels.decision.actions import decisions as actes
from appels.decision.forms.decisions import ReprendreForm, formulaires
from appels.instruction.vues.examen import dire_l_empechement
from appels.models import Appel, Dossier, Financement, Scenario
from appels.socle import droits, empechement
from appels.socle.aboutissement import aboutissement
from partenaires.models import Partenaire
from partenaires.socle.vues.formulaire import (
    afficher,
    refus_en_message,
    refus_sur,
    saisie,
)
from quartiers.francais import accorder


@require_http_methods(["GET", "HEAD", "POST"])
def decisions(request, pk):
    """One line a funder asked: what it decided, how much, when, by which act."""
    if request.method == "POST":
        dire_l_empechement(request, pk)
    lus = Dossier.objects.lus_pour_le_service(request.user).deposes()
    dossier = get_object_or_404(lus.select_related("appel", "porteur"), pk=pk)
    droits.peut_saisir_les_decisions.exiger(request.user, dossier)
    tableau = formulaires(saisie(request), dossier)
    if request.method == "POST" and tableau.is_valid():
        with refus_sur(tableau):
            actes.saisir(
                dossier,
                [form.instance for form in tableau.changees],
                vues={form.instance.pk: form.cleaned_data["vue"] for form in tableau.changees},
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(request, f"Les décisions sur « {dossier} » sont enregistrées.")
            return redirect("appels:decisions", pk=pk)
    aboutit = None
    if not tableau.is_bound:
        aboutit = aboutissement(form.instance.decision for form in tableau)
    return afficher(
        request,
        "appels/decision/decisions.html",
        {"dossier": dossier, "tableau": tableau, "aboutissement": aboutit},
        tableau,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decider(request, pk):
    """By funder: what the frozen scenario gives, what is decided; one act decides all the rest."""
    appel = get_object_or_404(Appel, pk=pk)
    fige = Scenario.objects.figes().filter(appel=appel).select_related("appel").first()
    comptes = decomptes.par_financeur(appel, fige)
    refus = {compte.partenaire.pk: compte.refus for compte in comptes if compte.a_decider}
    form = None
    if fige and refus:
        partenaires = Partenaire.objects.filter(pk__in=refus)
        form = ReprendreForm(saisie(request), refus=refus, partenaires=partenaires)
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
        },
        *([form] if form else []),
    )


def _reprendre(request, fige: Scenario, form: ReprendreForm) -> None:
    """One act decides all the rest of a funder; raises the refusals of the act."""
    partenaire = form.cleaned_data["partenaire"]
    combien, signales, ecartes = actes.decider_selon_le_scenario(
        fige,
        partenaire,
        decide_le=form.cleaned_data["decide_le"],
        acte=form.cleaned_data["acte"],
        motif=form.cleaned_data["motif"],
        par=request.user,
        recu_le=request.recu_le,
    )
    faites = accorder(combien, "décision enregistrée", "décisions enregistrées")
    messages.success(request, f"{partenaire} : {faites}.")
    if signales:
        numeros = ", ".join(str(dossier.numero) for dossier in signales)
        messages.warning(request, f"Laissés de côté, un signalement les arrête : {numeros}.")
    if ecartes:
        messages.warning(request, empechement.nommer(ecartes))


@require_http_methods(["GET", "HEAD", "POST"])
def publier(request, pk):
    """The head of the service sees what becomes public, then releases it."""
    appel = get_object_or_404(Appel, pk=pk)
    if request.method == "POST":
        with refus_en_message(request):
            actes.publier(appel, par=request.user, recu_le=request.recu_le)
            messages.success(
                request, f"Les projets soutenus de l’appel {appel.annee} sont publics."
            )
        return redirect("appels:publier_decisions", pk=pk)
    accords = (
        Financement.objects.accordes()
        .filter(dossier__in=Dossier.objects.instruits_par(request.user).filter(appel=appel))
        .select_related("dossier__porteur", "partenaire")
        .order_by("dossier__intitule", "pk")
    )
    return render(
        request,
        "appels/decision/publier_decisions.html",
        {
            "appel": appel,
            "accords": accords,
            "total": sum(accord.montant_vote or 0 for accord in accords),
        },
    )
