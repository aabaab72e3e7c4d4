"""The head of the service lets dossiers past a barrier: one dossier, or those ticked."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.decision.actions import franchissements as actes
from appels.decision.forms.decisions import DerogationForm, DerogationsForm
from appels.decision.vues.laisses import dire_les_laisses
from appels.instruction.vues import fil
from appels.models import Appel, Barriere, Dossier
from appels.socle import barrieres
from appels.socle.requete import Requete
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie
from quartiers.francais import accorder

PAR_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def du_dossier(request: Requete, pk: int) -> HttpResponse:
    """What stands before one dossier, what the head let it past, and a derogation to write."""
    instruits = Dossier.objects.lus_pour_le_service(request.user).deposes()
    dossier = get_object_or_404(instruits.select_related("appel", "porteur"), pk=pk)
    devant = barrieres.devant(dossier, request.recu_le)
    form = DerogationForm(saisie(request), barrieres=devant)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            actes.deroger(
                [dossier.pk],
                form.cleaned_data["barriere"],
                form.cleaned_data["motif"],
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(request, f"{dossier.numero} passe cette étape par dérogation.")
            return fil.revenir(request, "appels:deroger", pk)
    return afficher(
        request,
        "appels/decision/deroger.html",
        {
            "dossier": dossier,
            "devant": [(barriere, barrieres.PHRASES[barriere]) for barriere in devant],
            "franchissements": dossier.franchissements.select_related("par"),
            "form": form,
        },
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def de_l_appel(request: Requete, pk: int) -> HttpResponse:
    """The dossiers of a call that a barrier holds, ticked to be let past with one reason."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    lus = Dossier.objects.lus_pour_le_service(request.user).deposes()
    lisibles = lus.filter(appel=appel).en_course()
    dossiers = list(lisibles.select_related("porteur").order_by("numero"))
    dressees = barrieres.dressees(dossiers, request.recu_le)
    presentes = {barriere for trouvees in dressees.values() for barriere in trouvees}
    form = DerogationsForm(
        saisie(request),
        barrieres=[barriere for barriere in Barriere if barriere in presentes],
        dossiers=lisibles,
    )
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            _deroger(request, form)
            return redirect(request.get_full_path())
    retenus = [
        (dossier, barrieres.raison(dressees[dossier.pk]))
        for dossier in dossiers
        if dossier.pk in dressees
    ]
    return afficher(
        request,
        "appels/decision/derogations.html",
        {
            "appel": appel,
            "page": Paginator(retenus, PAR_PAGE).get_page(request.GET.get("page")),
            "coches": request.POST.getlist("dossiers"),
            "form": form,
        },
        form,
    )


def _deroger(request: Requete, form: DerogationsForm) -> None:
    """Those ticked pass, those on which one may not act are named; raises the refusals."""
    passes, libres, ecartes = actes.deroger(
        [dossier.pk for dossier in form.cleaned_data["dossiers"]],
        form.cleaned_data["barriere"],
        form.cleaned_data["motif"],
        par=request.user,
        recu_le=request.recu_le,
    )
    passent = accorder(len(passes), "dossier passe", "dossiers passent")
    messages.success(request, f"{passent} cette étape par dérogation.")
    laisses = [(dossier, "cette barrière ne le retient plus") for dossier in libres]
    dire_les_laisses(request, laisses, ecartes)
