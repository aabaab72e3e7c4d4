"""The dashboard of a campaign, and the opening of the next one."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction import tableau
from appels.instruction.actions import campagne
from appels.instruction.forms.appel import ReconduireForm
from appels.models import Appel, Dossier
from appels.models.appel import le_plus_actuel
from appels.public import frise
from partenaires.socle.vues.formulaire import afficher, saisie


@require_GET
def page(request):
    """One call, the current one unless another is asked."""
    appels = list(Appel.objects.all())
    demande = next((a for a in appels if str(a.annee) == request.GET.get("annee")), None)
    appel = demande or le_plus_actuel(
        [a for a in appels if a.est_publie] or appels, request.recu_le
    )
    if appel is None:
        return render(request, "appels/instruction/tableau.html", {"appel": None})
    siens = Dossier.objects.visibles_par(request.user)
    avant = next((a for a in appels if a.annee == appel.annee - 1), None)
    return render(
        request,
        "appels/instruction/tableau.html",
        {
            "appel": appel,
            "appels": appels,
            "avant": avant,
            "chiffres": tableau.chiffres(siens, appel),
            "attentes": tableau.attentes(siens, appel, request.recu_le),
            "alertes": tableau.alertes_levees(siens, appel, request.recu_le),
            "axes": tableau.par_axe(siens, appel),
            "quartiers": tableau.par_quartier(siens, appel),
            "agents": tableau.par_agent(siens, appel),
            "jours": tableau.jours(appel, avant),
            "rouages": tableau.rouages(appel, request.recu_le),
            "frise": frise.dessiner(appel, request.recu_le, avec_rappels=True),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reconduire(request, pk):
    """A new call made from this one: what is carried, what is left empty, said before."""
    source = get_object_or_404(Appel, pk=pk)
    form = ReconduireForm(saisie(request), initial={"annee": source.annee + 1})
    if request.method == "POST" and form.is_valid():
        try:
            appel = campagne.reconduire(source, form.cleaned_data["annee"], recu_le=request.recu_le)
        except campagne.AnneePrise:
            form.add_error("annee", "Un appel existe déjà pour cette année : rien n’a été créé.")
        else:
            messages.success(
                request,
                f"{appel} est préparé. Relisez-le, donnez ses dates ; rien n’est public encore.",
            )
            return redirect("appels:appel_modifier", pk=appel.pk)
    return afficher(
        request,
        "appels/instruction/reconduire.html",
        {
            "appel": source,
            "form": form,
            "documents": source.documents.all(),
            "financeurs": source.financeurs.select_related("partenaire"),
            "regles": [regle for regle in source.regles.all() if regle.est_active],
        },
        form,
    )
