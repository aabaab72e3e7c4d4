"""The meeting of the funders: called, attended, projected project by project, closed, written."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from appels.decision import seance as projetee
from appels.decision.actions import comites as actes
from appels.decision.actions import proces_verbaux
from appels.decision.forms.comites import (
    ComiteForm,
    DeliberationForm,
    PresenceFormSet,
    ProjetEnSeance,
)
from appels.decision.forms.scenarios import MontantsForm
from appels.models import Appel, Comite, Dossier, Export, FormatExport, SensComite
from appels.socle import droits
from partenaires.socle.vues.formulaire import (
    afficher,
    refus_en_message,
    refus_sur,
    saisie,
)

FORMATS = (FormatExport.PDF, FormatExport.DOCX)


def _comite(pk: int) -> Comite:
    """A meeting with its call and its scenario; 404."""
    return get_object_or_404(
        Comite.objects.select_related("appel", "scenario__appel", "clos_par"), pk=pk
    )


@require_http_methods(["GET", "HEAD", "POST"])
def liste(request, pk):
    """The meetings of a call, and a new one."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    form = ComiteForm(saisie(request), appel=appel)
    if request.method == "POST" and form.is_valid():
        comite = actes.convoquer(appel, form.donnees(), par=request.user)
        messages.success(
            request, "La séance est prête : notez les présences, puis ouvrez le premier projet."
        )
        return redirect("appels:comite", pk=comite.pk)
    return afficher(
        request,
        "appels/decision/comites.html",
        {
            "appel": appel,
            "form": form,
            "comites": appel.comites.select_related("scenario"),
            "scenarios": appel.scenarios.exists(),
        },
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def en_cours(request):
    """The meetings of the call of the moment: the entry of the menu."""
    appel = Appel.objects.a_la_une(request.recu_le)
    return liste(request, appel.pk) if appel else redirect("appels:appels")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request, pk):
    """Who came, where the projects are, the minutes."""
    comite = _comite(pk)
    formulaires = PresenceFormSet(saisie(request), instance=comite, prefix="p")
    if request.method == "POST" and (comite.clos_le or formulaires.is_valid()):
        with refus_en_message(request):
            actes.pointer_les_presences(comite, formulaires)
            messages.success(request, "Les présences sont notées.")
        return redirect("appels:comite", pk=pk)
    projets = _projets(request, comite)
    sans_deliberation = [rang for rang, _, deliberation in projets if deliberation is None]
    return afficher(
        request,
        "appels/decision/comite.html",
        {
            "comite": comite,
            "formulaires": formulaires,
            "projets": projets,
            "suite": sans_deliberation[0] if sans_deliberation else 1,
            "formats": FORMATS,
            "restent": len(sans_deliberation),
            "peut_clore": droits.peut_clore_un_comite(request.user),
            "presences": comite.presences.all(),
            "exports": [
                export
                for export in Export.objects.filter(demande_par=request.user, comite=comite)
                if export.expire_le > request.recu_le
            ],
        },
        formulaires,
    )


def _projets(request, comite: Comite) -> list[tuple]:
    """(rank, dossier, deliberation) in the order of the minutes.

    The dossier is None when it is closed to this person, the deliberation until something is said.
    """
    lisibles = set(_lisibles(request, comite).values_list("pk", flat=True))
    deliberations = {une.dossier_id: une for une in comite.deliberations.all()}
    projets = []
    for rang, dossier in enumerate(actes.en_seance(comite.scenario).select_related("porteur"), 1):
        montre = dossier if dossier.pk in lisibles else None
        projets.append((rang, montre, deliberations.get(dossier.pk)))
    return projets


def _lisibles(request, comite: Comite) -> QuerySet[Dossier]:
    """The dossiers of the meeting's call that this person may read."""
    return Dossier.objects.instruits_par(request.user).filter(appel=comite.appel_id)


@require_http_methods(["GET", "HEAD", "POST"])
def seance(request, pk, rang):
    """One project on the screen: opinions, amounts, the word of the meeting, the next."""
    comite = _comite(pk)
    cles = list(actes.en_seance(comite.scenario).values_list("pk", flat=True))
    if request.method == "POST":
        rang = _rang_de(request.POST.get("projet"), cles)
        if not rang:
            messages.error(
                request,
                "Ce projet n’est plus en course, ou la page est ancienne : rien n’est enregistré.",
            )
            return redirect("appels:comite", pk=pk)
    if not 1 <= rang <= len(cles):
        raise Http404
    place = projetee.Place(comite, rang, len(cles))
    dossier = (
        _lisibles(request, comite)
        .filter(pk=cles[rang - 1])
        .select_related("porteur", "axe", "appel")
        .prefetch_related("lieux", "themes")
        .first()
    )
    if dossier is None:
        return afficher(request, "appels/decision/seance.html", place.contexte)
    projet = projetee.projet(place, dossier)
    form = ProjetEnSeance(
        DeliberationForm(saisie(request), instance=projet.a_dire),
        MontantsForm(saisie(request), comptes=projet.comptes, cases=projet.ligne.cases),
    )
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            _enregistrer(request, projet, form)
            return redirect(_suite(place))
    return afficher(
        request,
        "appels/decision/seance.html",
        {**projet.contexte, "form": form.deliberation, "montants": form.montants},
        form.deliberation,
        form.montants,
    )


def _rang_de(projet: str | None, cles: list[int]) -> int:
    """The rank of the project that the page showed; 0 when it is there no more.

    A project withdrawn meanwhile shifts the others: the one shown is the one meant.
    """
    return next((rang for rang, cle in enumerate(cles, 1) if str(cle) == projet), 0)


def _enregistrer(request, projet: projetee.Projet, form: ProjetEnSeance) -> None:
    """Word and amounts together; raises the refusals of the act."""
    actes.enregistrer(
        projet.place.comite,
        projet.dossier,
        {} if projet.fige else form.montants.voulus(),
        form.deliberation.cleaned_data,
        par=request.user,
        recu_le=request.recu_le,
    )
    sens = form.deliberation.instance.get_sens_display().lower()
    a_zero = sens == SensComite.DEFAVORABLE.label.lower() and not projet.fige
    suite = ", ses montants sont à zéro" if a_zero else ""
    messages.success(request, f"{projet.dossier.numero} : {sens}{suite}.")


def _suite(place: projetee.Place) -> str:
    """Where the button leads: the next project, or the meeting after the last."""
    if place.apres:
        return reverse("appels:seance", args=[place.comite.pk, place.apres])
    return reverse("appels:comite", args=[place.comite.pk])


def clore(request, pk):
    """The head of the service closes the meeting."""
    comite = _comite(pk)
    with refus_en_message(request):
        actes.clore(comite, par=request.user, recu_le=request.recu_le)
        messages.success(request, "La séance est close.")
    return redirect("appels:comite", pk=pk)


def proces_verbal(request, pk):
    """Ask the worker for the minutes."""
    comite = _comite(pk)
    format = request.POST.get("format")
    if format in FORMATS:
        proces_verbaux.demander(comite, format, par=request.user, recu_le=request.recu_le)
        messages.success(request, "Le procès-verbal est en préparation : il paraîtra ci-dessous.")
    return redirect("appels:comite", pk=pk)
