"""The decisions of the funders: entered by the service, released by its head."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from appels.decision import decomptes
from appels.decision.actions import decisions as actes
from appels.decision.forms.decisions import ReprendreForm, formulaires
from appels.instruction.actions.examen import SignalPose
from appels.instruction.vues.examen import SIGNALE, trop_tard
from appels.models import Appel, Dossier, Financement, Scenario
from appels.socle import droits
from appels.socle.aboutissement import aboutissement
from partenaires.models import Partenaire
from partenaires.socle.vues.formulaire import afficher, saisie
from quartiers.francais import accorder, en_euros

LIBEREE = (
    "L’organisme a déjà reçu la lettre qui annonce cette décision : elle ne se change plus ici. "
    "Rien n’est enregistré."
)


@require_http_methods(["GET", "HEAD", "POST"])
def decisions(request, pk):
    """One line a funder asked: what it decided, how much, when, by which act."""
    dossier = get_object_or_404(
        Dossier.objects.instruits_par(request.user).select_related("appel", "porteur"), pk=pk
    )
    if not droits.peut_saisir_les_decisions(request.user, dossier):
        raise PermissionDenied(
            "Ce dossier n’est plus en course : aucune décision ne peut y être saisie."
        )
    tableau = formulaires(saisie(request), dossier)
    if request.method == "POST" and tableau.is_valid():
        changes = {form.instance.pk: form for form in tableau if form.a_change and form.instance.pk}
        vues = {pk: form.cleaned_data["vue"] for pk, form in changes.items()}
        try:
            actes.saisir(
                dossier,
                [form.instance for form in changes.values()],
                vues=vues,
                par=request.user,
                recu_le=request.recu_le,
            )
        except SignalPose:
            tableau.forms[0].add_error(None, SIGNALE)
        except actes.HorsCourse:
            tableau.forms[0].add_error(None, trop_tard(dossier))
        except actes.EnveloppeDepassee as depassee:
            tableau.forms[0].add_error(None, _trop(depassee))
        except actes.Entretemps as entretemps:
            for actuelle in entretemps.actuelles:
                changes[actuelle.pk].montrer_le_present(actuelle)
        except actes.DejaLibere:
            tableau.forms[0].add_error(None, LIBEREE)
        else:
            messages.success(request, f"Les décisions sur « {dossier} » sont enregistrées.")
            return redirect("appels:decisions", pk=pk)
    return afficher(
        request,
        "appels/decision/decisions.html",
        {
            "dossier": dossier,
            "tableau": tableau,
            "aboutissement": None
            if tableau.is_bound
            else aboutissement(form.instance.decision for form in tableau),
        },
        tableau,
    )


def _trop(depassee: actes.EnveloppeDepassee) -> str:
    return (
        f"{depassee.partenaire} : le total voté dépasserait son enveloppe de "
        f"{en_euros(depassee.trop)}. Baissez un "
        "montant, ou modifiez l’enveloppe. Rien n’est enregistré."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decider(request, pk):
    """By funder: what the frozen scenario gives, what is decided; one act decides all the rest."""
    appel = get_object_or_404(Appel, pk=pk)
    fige = Scenario.objects.figes().filter(appel=appel).select_related("appel").first()
    comptes = decomptes.par_financeur(appel, fige)
    reste = {c.partenaire.pk: c.refus for c in comptes if c.a_decider}
    form = (
        ReprendreForm(
            saisie(request),
            refus=reste,
            partenaires=Partenaire.objects.filter(pk__in=reste),
        )
        if reste
        else None
    )
    if form and request.method == "POST" and form.is_valid() and _reprendre(request, fige, form):
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


def _reprendre(request, fige: Scenario, form: ReprendreForm) -> bool:
    """True once kept; otherwise the form says why."""
    dit = form.cleaned_data
    try:
        combien, signales = actes.decider_selon_le_scenario(
            fige,
            dit["partenaire"],
            decide_le=dit["decide_le"],
            acte=dit["acte"],
            motif=dit["motif"],
            par=request.user,
            recu_le=request.recu_le,
        )
    except actes.RienADecider:
        form.add_error(
            "partenaire",
            "Tout est déjà décidé, ou attend qu’un signalement soit résolu. Rien n’a changé.",
        )
    except actes.EnveloppeDepassee as depassee:
        form.add_error("partenaire", _trop(depassee))
    else:
        faites = accorder(combien, "décision enregistrée", "décisions enregistrées")
        messages.success(request, f"{dit['partenaire']} : {faites}.")
        if signales:
            messages.warning(
                request,
                "Laissés de côté, un signalement les arrête : "
                + ", ".join(d.numero for d in signales)
                + ".",
            )
        return True
    return False


@require_http_methods(["GET", "HEAD", "POST"])
def publier(request, pk):
    """The head of the service sees what becomes public, then releases it."""
    appel = get_object_or_404(Appel, pk=pk)
    if request.method == "POST":
        try:
            actes.publier(appel, par=request.user, recu_le=request.recu_le)
        except actes.RienAPublier:
            messages.error(
                request, "Aucun accord n’est saisi dans cet appel : il n’y a rien à publier."
            )
        else:
            messages.success(
                request, f"Les projets soutenus de l’appel {appel.annee} sont publics."
            )
        return redirect("appels:publier_decisions", pk=pk)
    accords = (
        Financement.objects.accordes()
        .filter(dossier__appel=appel)
        .select_related("dossier__porteur", "partenaire")
        .order_by("dossier__intitule", "pk")
    )
    return render(
        request,
        "appels/decision/publier_decisions.html",
        {"appel": appel, "accords": accords, "total": sum(a.montant_vote for a in accords)},
    )
