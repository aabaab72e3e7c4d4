"""The meetings of the funders: called, set, their agenda, who came, closed, written."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.decision import ordre_du_jour, seance
from appels.decision.actions import comites as actes
from appels.decision.actions import proces_verbaux
from appels.decision.forms.comites import ComiteForm, OrdreForm, PresenceFormSet
from appels.models import Appel, Comite, Export, FormatExport
from appels.socle import droits
from appels.socle.requete import Requete
from partenaires.socle import droits as droits_de_chacun
from partenaires.socle import entree
from partenaires.socle.vues.formulaire import (
    afficher,
    refus_en_message,
    refus_sur,
    saisie,
)
from quartiers.francais import accorder

FORMATS = (FormatExport.PDF, FormatExport.DOCX)


def comite_lu(request: Requete, pk: int) -> Comite:
    """A meeting that this person may read, with its call and its scenario; 404."""
    lisibles = Comite.objects.lisibles_par(request.user)
    return get_object_or_404(lisibles.select_related("appel", "scenario__appel", "clos_par"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def liste(request: Requete, pk: int) -> HttpResponse:
    """The meetings of a call, and a new one."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    precedent = appel.comites.first()
    form = ComiteForm(
        saisie(request),
        appel=appel,
        initial={"quorum": precedent.quorum if precedent else None},
    )
    if request.method == "POST" and form.is_valid():
        comite = actes.convoquer(appel, form.donnees(), par=request.user)
        messages.success(
            request, "La séance est prête : composez son ordre du jour, puis notez les présences."
        )
        return redirect("appels:comite", pk=comite.pk)
    return afficher(
        request,
        "appels/decision/comites.html",
        {
            "appel": appel,
            "form": form,
            "comites": appel.comites.select_related("scenario").annotate(
                inscrits=Count("inscriptions")
            ),
            "scenarios": appel.scenarios.exists(),
        },
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def en_cours(request: Requete) -> HttpResponse:
    """The meetings of the call of the moment: the entry of the menu."""
    appel = Appel.objects.a_la_une(request.recu_le)
    return liste(request, appel.pk) if appel else redirect("appels:appels")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Requete, pk: int) -> HttpResponse:
    """The agenda and how far it is, who came, the minutes; a funder only reads."""
    comite = comite_lu(request, pk)
    est_du_service = droits_de_chacun.est_agent(request.user)
    if request.method == "POST":
        entree.sert.exiger(request.user)
    formulaires = PresenceFormSet(saisie(request), instance=comite, prefix="p")
    if request.method == "POST" and comite.clos_le:
        messages.error(request, actes.Clos.phrase)
        return redirect("appels:comite", pk=pk)
    if request.method == "POST" and formulaires.is_valid():
        with refus_sur(formulaires):
            actes.pointer_les_presences(comite, formulaires)
            messages.success(request, "Les présences sont notées.")
            return redirect("appels:comite", pk=pk)
    suivi = ordre_du_jour.suivre(comite, request.user)
    return afficher(
        request,
        "appels/decision/comite.html",
        {
            "comite": comite,
            "suivi": suivi,
            "formulaires": formulaires,
            "formats": FORMATS,
            "peut_suivre": seance.peut_suivre(request.user, comite, request.recu_le),
            "peut_clore": droits.peut_clore_un_comite(request.user),
            "est_du_service": est_du_service,
            "presences": comite.presences.all(),
            "exports": [
                export
                for export in Export.objects.filter(demande_par=request.user, comite=comite)
                if export.expire_le > request.recu_le
            ],
        },
        formulaires,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reglages(request: Requete, pk: int) -> HttpResponse:
    """When, where, on which scenario, with which quorum."""
    comite = comite_lu(request, pk)
    form = ComiteForm(saisie(request), instance=comite, appel=comite.appel)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            actes.regler(comite, form.donnees(), vue=form.cleaned_data["vue"])
            messages.success(request, "La séance est à jour.")
            return redirect("appels:comite", pk=pk)
    return afficher(
        request,
        "appels/decision/reglages_du_comite.html",
        {"comite": Comite.objects.get(pk=pk), "appel": comite.appel, "form": form},
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ordre(request: Requete, pk: int) -> HttpResponse:
    """Which projects the meeting examines, and in what order."""
    comite = comite_lu(request, pk)
    rangees = ordre_du_jour.rangees(comite, request.user)
    form = OrdreForm(
        saisie(request), rangees=rangees, suivante=ordre_du_jour.prochaine_place(comite)
    )
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            changes = actes.ordonner(
                comite, form.voulus(), par=request.user, recu_le=request.recu_le
            )
            messages.success(request, _dit(changes))
            return redirect(request.get_full_path())
    filtre = ordre_du_jour.Filtre.lire(request.GET)
    champs = form.lignes()
    montrees = [
        (rangee, *champs.get(rangee.dossier.pk, (None, None)))
        for rangee in ordre_du_jour.filtrer(rangees, filtre)
    ]
    return afficher(
        request,
        "appels/decision/ordre_du_jour.html",
        {
            "comite": comite,
            "form": form,
            "rangees": montrees,
            "filtre": filtre,
            "axes": ordre_du_jour.axes(rangees),
            "inscrits": sum(rangee.ordre is not None for rangee in rangees),
        },
        form,
    )


def _dit(changes: int) -> str:
    if not changes:
        return "Rien n’a changé."
    return f"Ordre du jour enregistré : {accorder(changes, 'changement')}."


def clore(request: Requete, pk: int) -> HttpResponse:
    """The head of the service closes the meeting."""
    comite = comite_lu(request, pk)
    with refus_en_message(request):
        lu = request.POST.get("lu")
        actes.clore(comite, par=request.user, recu_le=request.recu_le, lu=lu)
        messages.success(request, "La séance est close.")
    return redirect("appels:comite", pk=pk)


def proces_verbal(request: Requete, pk: int) -> HttpResponse:
    """Ask the worker for the minutes."""
    comite = comite_lu(request, pk)
    format = request.POST.get("format")
    if comite.clos_le is None and not droits_de_chacun.est_agent(request.user):
        messages.error(request, "Le procès-verbal se lit une fois la séance close.")
    elif format in FORMATS:
        proces_verbaux.demander(comite, format, par=request.user, recu_le=request.recu_le)
        messages.success(request, "Le procès-verbal est en préparation : il paraîtra ci-dessous.")
    return redirect("appels:comite", pk=pk)
