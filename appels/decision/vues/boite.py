"""The outbox of a call: letters prepared, looked at, then released by the lines ticked."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.decision.actions import lettres as actes
from appels.decision.forms.diffusions import LiberationForm
from appels.decision.vues.envois import dire_la_diffusion, financeurs_de, lu
from appels.decision.vues.laisses import dire_les_laisses
from appels.models import Appel, Diffusion, Dossier, GenreDiffusion, Lettre
from appels.models.dossiers import DossierQuerySet
from appels.models.financement import D_UN_FINANCEUR
from appels.models.lettre import LettreQuerySet
from appels.socle import droits
from partenaires.socle.vues.formulaire import afficher, refus_en_message, refus_sur
from quartiers.francais import accorder

PAR_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def boite(request, pk):
    """The outbox of a call: prepare what is missing, look at each, release the ones ticked."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    if request.method == "POST" and "preparer" in request.POST:
        with refus_en_message(request):
            _preparer(request, appel)
        return redirect(request.get_full_path())
    financeur, decision = lu(request, "financeur"), request.GET.get("decision", "")
    lisibles = Dossier.objects.lus_pour_le_service(request.user).deposes().filter(appel=appel)
    pretes = _pretes(appel, lisibles, financeur, decision)
    form = LiberationForm(
        request.POST if request.method == "POST" else None,
        lignes=Lettre.objects.filter(financement__dossier__appel=appel),
        du_filtre=[lettre.pk for lettre in pretes] if financeur else None,
    )
    if request.method == "POST":
        droits.peut_liberer_les_lettres.exiger(request.user)
        if form.is_valid():
            with refus_sur(form):
                _liberer(request, appel, form)
                return redirect(request.get_full_path())
    a_etablir = Lettre.objects.a_etablir().filter(financement__dossier__in=lisibles)
    lettres_lisibles = _lisibles(lisibles, financeur, decision)
    return afficher(
        request,
        "appels/decision/lettres.html",
        {
            "appel": appel,
            "form": form,
            "pretes": {lettre.pk for lettre in pretes},
            "peut_liberer": droits.peut_liberer_les_lettres(request.user),
            "organismes": len({lettre.financement.dossier.porteur_id for lettre in pretes}),
            "en_cours": a_etablir.count(),
            "a_preparer": actes.a_preparer(appel).filter(dossier__in=lisibles).count(),
            "page": Paginator(lettres_lisibles, PAR_PAGE).get_page(request.GET.get("page")),
            "financeur": financeur,
            "financeurs": financeurs_de(appel),
            "decision": decision,
            "decisions": [(une.value, une.label) for une in D_UN_FINANCEUR],
            "prevues": Diffusion.objects.prevues()
            .filter(appel=appel, genre=GenreDiffusion.LETTRES)
            .annotate(nombre=Count("lettres"))
            .select_related("par"),
        },
        form,
    )


def _pretes(appel: Appel, lisibles: DossierQuerySet, financeur: int, decision: str) -> list[Lettre]:
    """The letters that may leave, of the funder and of the outcome that the address names."""
    return [
        lettre
        for lettre in actes.pretes(appel, lisibles)
        if financeur in (0, lettre.financement.partenaire_id)
        and decision in ("", lettre.financement.decision)
    ]


def _lisibles(lisibles: DossierQuerySet, financeur: int, decision: str) -> LettreQuerySet:
    """The letters that I may read, of the funder and of the outcome that the address names."""
    lettres_lues = Lettre.objects.filter(financement__dossier__in=lisibles)
    if financeur:
        lettres_lues = lettres_lues.filter(financement__partenaire=financeur)
    if decision:
        lettres_lues = lettres_lues.filter(prise__decision=decision)
    return lettres_lues.select_related(
        "financement__dossier__porteur", "financement__partenaire", "prise", "diffusion"
    ).order_by("financement__dossier__numero", "-pk")


def _preparer(request, appel: Appel) -> None:
    """A letter for each decision without one; raises the refusal of the act."""
    bilan = actes.preparer(appel, par=request.user, recu_le=request.recu_le)
    if bilan.nombre:
        prepares = accorder(bilan.nombre, "lettre préparée", "lettres préparées")
        messages.success(request, f"{prepares} : les PDF se font à mesure.")
    dire_les_laisses(request, bilan.laisses, bilan.ecartes)
    for decision, financeur in sorted(bilan.sans_gabarit):
        messages.error(
            request,
            f"Aucun modèle pour « {decision} », {financeur} : écrivez-le, puis préparez à nouveau.",
        )


def _liberer(request, appel: Appel, form: LiberationForm) -> None:
    """The letters ticked leave, now or at the instant chosen; raises the refusal of the act."""
    diffusion = actes.liberer(
        appel,
        form.cles,
        form.cleaned_data["nombre"],
        par=request.user,
        recu_le=request.recu_le,
        prevue_le=form.cleaned_data["prevue_le"],
    )
    envoyees = accorder(diffusion.lettres.count(), "lettre envoyée", "lettres envoyées")
    dire_la_diffusion(request, diffusion, envoyees)
