"""The dashboard of a campaign, and the opening of the next one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appels.instruction import tableau
from appels.instruction.actions import campagne, page_de_campagne
from appels.instruction.forms.appel import ReconduireForm
from appels.models import Appel, Dossier
from appels.models.appel import le_plus_actuel
from appels.socle.requete import Requete
from partenaires.concertation import file
from partenaires.socle import droits
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie
from quartiers import geographie


@require_GET
def page(request: Requete) -> HttpResponse:
    """One call, the current one unless another is asked."""
    appels = list(Appel.objects.du_portail())
    appel = _demande(request, appels)
    if appel is None:
        return render(request, "appels/instruction/tableau.html", {"appel": None})
    lu = lire(request, appel, appels)
    return render(
        request,
        "appels/instruction/tableau.html",
        {
            "appel": appel,
            "appels": appels,
            "t": lu,
            "fond": geographie.lire(request.parution).carte,
            "est_responsable": droits.est_responsable(request.user),
        },
    )


def lire(request: Requete, appel: Appel, appels: list[Appel]) -> tableau.Tableau:
    """The campaign as this person counts it."""
    suivis = Dossier.objects.suivis_pour_le_service(request.user)
    lecture = tableau.Lecture(
        suivis=suivis,
        deposes=suivis.deposes(),
        geographie=geographie.lire(request.parution),
        lecteur=request.user,
        paroles=file.attendent(),
    )
    return tableau.tableau(lecture, appel, appels, request.recu_le)


@require_POST
def demander_la_page(request: Requete, pk: int) -> HttpResponse:
    """The campaign in one page, to print: made by the worker, found among one's files."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    page_de_campagne.demander(appel, par=request.user, recu_le=request.recu_le)
    messages.success(request, "La page est en préparation : elle paraîtra ci-dessous.")
    return redirect("appels:exports")


def _demande(request: Requete, appels: list[Appel]) -> Appel | None:
    """The call of the year that the address says, else the current one among the public ones."""
    for appel in appels:
        if appel.repere == request.GET.get("annee"):
            return appel
    publies = [appel for appel in appels if appel.est_publie]
    request.appel_a_la_une = le_plus_actuel(publies, request.recu_le)
    return request.appel_a_la_une or le_plus_actuel(appels, request.recu_le)


@require_http_methods(["GET", "HEAD", "POST"])
def reconduire(request: Requete, pk: int) -> HttpResponse:
    """A new call made from this one: what is carried, what is left empty, said before."""
    source = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    form = ReconduireForm(saisie(request), initial={"annee": source.annee + 1})
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            appel = campagne.reconduire(source, **form.cleaned_data, recu_le=request.recu_le)
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
            "documents": source.documents.proposes(),
            "financeurs": source.financeurs.proposes().select_related("partenaire"),
            "regles": [regle for regle in source.regles.all() if regle.est_active],
        },
        form,
    )
