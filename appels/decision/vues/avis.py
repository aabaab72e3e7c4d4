"""The opinions on a dossier: mine to write, those that the others share."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.decision import etapes
from appels.decision.actions import avis as actes
from appels.decision.actions.decisions import HorsCourse
from appels.decision.forms.avis import AvisForm
from appels.models import Appel, Avis, Dossier
from appels.socle import droits
from partenaires.models import Partenaire
from partenaires.socle.vues.formulaire import afficher, saisie
from quartiers.francais import accorder


@require_http_methods(["GET", "HEAD", "POST"])
def page(request, pk):
    """A funder writes its opinion and reads those shared; an agent reads those shared."""
    dossier = get_object_or_404(
        Dossier.objects.instruits_par(request.user).select_related("appel", "porteur"), pk=pk
    )
    partenaire = droits.avise_pour(request.user, dossier)
    if request.method == "POST" and partenaire is None:
        raise PermissionDenied(
            "Seule une personne qui donne l’avis d’un financeur sollicité écrit ici."
        )
    lus = list(
        Avis.objects.visibles_par(request.user)
        .filter(dossier=dossier)
        .select_related("partenaire", "auteur")
    )
    mien = next((a for a in lus if partenaire and a.partenaire_id == partenaire.pk), None)
    form = AvisForm(saisie(request), instance=mien) if partenaire else None
    if form and request.method == "POST" and form.is_valid():
        if _garder(request, dossier, partenaire, form):
            return redirect("appels:avis", pk=pk)
    return afficher(
        request,
        "appels/decision/avis.html",
        {
            "dossier": dossier,
            "form": form,
            "partenaire": partenaire,
            "mien": mien,
            "autres": [avis for avis in lus if avis != mien],
            "etapes": etapes.avancements(dossier, lus, request.user),
            "demande": dossier.financements.filter(partenaire=partenaire).first()
            if partenaire
            else None,
        },
        *([form] if form else []),
    )


def _garder(request, dossier: Dossier, partenaire: Partenaire, form: AvisForm) -> bool:
    """True once kept; otherwise the form says why."""
    partager, dit = "partager" in request.POST, form.cleaned_data
    try:
        actes.donner(
            dossier,
            partenaire,
            {nom: dit[nom] for nom in form.Meta.fields},
            partager=partager,
            par=request.user,
            recu_le=request.recu_le,
            vue=dit["vue"],
        )
    except actes.Entretemps as entretemps:
        form.montrer_le_present(entretemps.actuel)
    except actes.AvisIncomplet:
        form.add_error("sens", "Choisissez un avis avant de le partager.")
    except HorsCourse:
        form.add_error(None, "Ce dossier n’est plus en course : l’avis n’est pas enregistré.")
    else:
        messages.success(
            request,
            "L’avis est partagé avec les autres financeurs et le service."
            if partager
            else "L’avis est enregistré.",
        )
        return True
    return False


def relancer(request, pk):
    """Remind the funders of a call that opinions are awaited."""
    appel = get_object_or_404(Appel, pk=pk)
    n = actes.relancer(appel, recu_le=request.recu_le)
    messages.success(
        request,
        f"{accorder(n, 'personne prévenue', 'personnes prévenues')} par courriel."
        if n
        else "Personne à prévenir : aucun avis n’est attendu, ou chacun a déjà été "
        "relancé aujourd’hui.",
    )
    return redirect("appels:decider", pk=pk)
