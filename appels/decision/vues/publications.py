"""The head publishes decisions whose letter left, sees what the public will read, undoes."""

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.decision.actions import diffusions
from appels.decision.actions import publications as actes
from appels.decision.forms.diffusions import PublicationForm, RetraitForm
from appels.decision.vues.envois import dire_la_diffusion, financeurs_de, lu, parmi
from appels.decision.vues.laisses import dire_les_laisses
from appels.models import (
    Appel,
    DecisionPrise,
    Diffusion,
    Dossier,
    GenreDiffusion,
    Publication,
)
from appels.socle.requete import Requete
from appels.socle.vues.adresse import feuille
from partenaires.socle.vues.formulaire import afficher, refus_en_message, refus_sur, saisie
from quartiers.francais import accorder

PAR_PAGE = 25  # of each of the two tables


@require_http_methods(["GET", "HEAD", "POST"])
def publier(request: Requete, pk: int) -> HttpResponse:
    """The lines that may be public, as everybody will read them; those that are, to be undone."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    financeur = lu(request, "financeur")
    lisibles = Dossier.objects.lus_pour_le_service(request.user).deposes().filter(appel=appel)
    publiables = actes.publiables(appel).filter(financement__dossier__in=lisibles)
    if financeur:
        publiables = publiables.filter(financement__partenaire=financeur)
    publication = PublicationForm(
        saisie(request) if "nombre" in request.POST else None,
        lignes=DecisionPrise.objects.filter(financement__dossier__appel=appel),
        du_filtre=list(publiables.values_list("pk", flat=True)) if financeur else None,
    )
    de_l_appel = Publication.objects.vives().filter(prise__financement__dossier__appel=appel)
    vives = de_l_appel.filter(prise__financement__dossier__in=lisibles)
    retrait = RetraitForm(saisie(request) if "motif" in request.POST else None, lignes=vives)
    if publication.is_valid():
        with refus_sur(publication):
            _publier(request, appel, publication)
            return redirect(request.get_full_path())
    if retrait.is_valid():
        with refus_en_message(request):
            _retirer(request, appel, retrait)
        return redirect(request.get_full_path())
    publiques = (
        de_l_appel.filter(parmi(lisibles, "prise__financement__dossier"))
        .select_related("prise__financement__dossier__porteur", "prise__financement__partenaire")
        .select_related("diffusion", "par")
        .order_by("prise__financement__dossier__intitule", "pk")
    )
    tout = publiables.order_by().aggregate(n=Count("pk"), somme=Sum("montant_vote"))
    return afficher(
        request,
        "appels/decision/publier_decisions.html",
        {
            "appel": appel,
            "form": publication,
            "retrait": retrait,
            "page": feuille(publiables, request.GET.get("page"), PAR_PAGE, nombre=tout["n"]),
            "total": tout["somme"] or 0,
            "publiees": feuille(
                publiques, request.GET.get("publiees"), PAR_PAGE, nombre=vives.count()
            ),
            "financeur": financeur,
            "financeurs": financeurs_de(appel),
            "prevues": _prevues(appel),
        },
        publication,
        retrait,
    )


def _retirer(request: Requete, appel: Appel, form: RetraitForm) -> None:
    """Raises the refusals of the act."""
    retirees, ecartes = actes.depublier(
        appel,
        [une.pk for une in form.cleaned_data["retirees"]],
        form.cleaned_data["motif"],
        par=request.user,
        recu_le=request.recu_le,
    )
    lignes = accorder(retirees, "ligne retirée", "lignes retirées")
    messages.success(request, f"{lignes} : personne ne les lit plus.")
    dire_les_laisses(request, [], ecartes)


def _publier(request: Requete, appel: Appel, form: PublicationForm) -> None:
    """Raises the refusals of the act."""
    if form.lot_a_change:
        raise actes.AutresDecisions(len(form.cles))
    diffusion = actes.publier(
        appel,
        form.cles,
        form.cleaned_data["nombre"],
        note=form.cleaned_data["note"],
        par=request.user,
        recu_le=request.recu_le,
        prevue_le=form.cleaned_data["prevue_le"],
    )
    combien = diffusion.publications.count()
    dire_la_diffusion(
        request, diffusion, accorder(combien, "décision publiée", "décisions publiées")
    )


def _prevues(appel: Appel) -> list[Diffusion]:
    """The publications that wait for their instant."""
    return list(
        Diffusion.objects.prevues()
        .filter(appel=appel, genre=GenreDiffusion.PUBLICATION)
        .annotate(nombre=Count("publications"))
        .select_related("par")
    )


def annuler(request: Requete, pk: int) -> HttpResponse:
    """What was asked for an instant to come is not asked any more."""
    diffusion = get_object_or_404(Diffusion, pk=pk)
    with refus_en_message(request):
        diffusions.annuler(diffusion, par=request.user, recu_le=request.recu_le)
        messages.success(request, "C’est annulé : rien ne partira à cet instant.")
    vers = "lettres" if diffusion.genre == GenreDiffusion.LETTRES else "publier_decisions"
    return redirect(f"appels:{vers}", pk=diffusion.appel_id)
