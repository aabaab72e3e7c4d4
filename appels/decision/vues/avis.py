"""The opinions on a dossier: mine to write, those that the others share."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.decision import etapes
from appels.decision.actions import avis as actes
from appels.decision.forms.avis import AvisForm
from appels.models import Appel, Avis, Dossier, Sens
from appels.socle import droits
from partenaires.models import Partenaire
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie
from quartiers.francais import accorder


@require_http_methods(["GET", "HEAD", "POST"])
def page(request, pk):
    """A funder writes its opinion and reads those shared; an agent reads those shared."""
    dossier = get_object_or_404(
        Dossier.objects.instruits_par(request.user).select_related("appel", "porteur"), pk=pk
    )
    if request.method == "POST":
        droits.peut_donner_un_avis.exiger(request.user, dossier)
    partenaire = droits.avise_pour(request.user, dossier)
    lisibles = list(
        Avis.objects.visibles_par(request.user)
        .filter(dossier=dossier)
        .select_related("partenaire", "auteur")
        .prefetch_related("remplaces__auteur", "remplaces__par")
    )
    mien = _celui_de(partenaire, lisibles) if partenaire else None
    form = AvisForm(saisie(request), instance=mien) if partenaire else None
    if form and partenaire and request.method == "POST" and form.is_valid():
        with refus_sur(form):
            _garder(request, dossier, partenaire, form)
            if form.cleaned_data["sens"] == Sens.DEPORT:
                messages.success(
                    request, f"Votre déport est inscrit : {dossier.numero} vous est fermé."
                )
                return redirect("appels:instruction")
            return redirect("appels:avis", pk=pk)
    return afficher(
        request,
        "appels/decision/avis.html",
        {
            "dossier": dossier,
            "form": form,
            "partenaire": partenaire,
            "mien": mien,
            "autres": [avis for avis in lisibles if avis != mien],
            "etapes": etapes.avancements(dossier, lisibles, request.user),
            "demande": dossier.financements.filter(partenaire=partenaire).first()
            if partenaire
            else None,
        },
        *([form] if form else []),
    )


def _celui_de(partenaire: Partenaire, lisibles: list[Avis]) -> Avis | None:
    """The opinion of a funder among those."""
    return next((avis for avis in lisibles if avis.partenaire_id == partenaire.pk), None)


def _garder(
    request,
    dossier: Dossier,
    partenaire: Partenaire,
    form: AvisForm,
) -> None:
    """Keep the opinion, for oneself or shared; raises the refusals of the act."""
    partager = "partager" in request.POST
    actes.donner(
        dossier,
        partenaire,
        {nom: form.cleaned_data[nom] for nom in form.Meta.fields},
        partager=partager,
        par=request.user,
        recu_le=request.recu_le,
        vue=form.cleaned_data["vue"],
    )
    if partager:
        messages.success(request, "L’avis est partagé avec les autres financeurs et le service.")
    else:
        messages.success(request, "L’avis est enregistré.")


def relancer(request, pk):
    """Remind the funders of a call that opinions are awaited."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    prevenues = actes.relancer(appel, recu_le=request.recu_le)
    if prevenues:
        personnes = accorder(prevenues, "personne prévenue", "personnes prévenues")
        messages.success(request, f"{personnes} par courriel.")
    else:
        messages.success(
            request,
            "Personne à prévenir : aucun avis n’est attendu, ou chacun a déjà été relancé "
            "aujourd’hui.",
        )
    return redirect("appels:decider", pk=pk)
