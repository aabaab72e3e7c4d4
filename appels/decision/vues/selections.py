"""From the dossiers ticked in the work list to an agenda, or to the funders."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from appels.decision.actions import selections as actes
from appels.decision.forms.selections import SeanceForm
from appels.instruction.actions import en_nombre
from appels.instruction.forms.selection import SansRienForm
from appels.instruction.vues.selection import choisis, dire, figer_toute_la_liste
from appels.socle.requete import Requete
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie


@require_http_methods(["GET", "HEAD", "POST"])
def inscrire(request: Requete) -> HttpResponse:
    """Put the dossiers ticked on the agenda of a meeting that is still open."""
    figee = figer_toute_la_liste(request, request.path)
    if figee:
        return figee
    coches = choisis(request)
    dossiers = coches.dossiers()
    form = SeanceForm(saisie(request), appels={dossier.appel_id for dossier in dossiers})
    if request.method == "POST" and coches.cles and form.is_valid():
        with refus_sur(form):
            comite = form.cleaned_data["comite"]
            fait = actes.inscrire(comite, coches.cles, par=request.user, recu_le=request.recu_le)
            dire(request, fait, ("dossier inscrit", "dossiers inscrits"))
            return redirect(coches.retour)
    return afficher(
        request,
        "appels/decision/selection.html",
        {
            "titre": "Inscrire au comité",
            "bouton": "Inscrire à l’ordre du jour",
            "form": form,
            "prevu": en_nombre.prevoir(dossiers, None, par=request.user),
            "choisis": coches,
            "sans_seance": not form.a_une_seance,
        },
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def demander_les_avis(request: Requete) -> HttpResponse:
    """Ask the funders of the dossiers ticked for the opinions that are missing."""
    figee = figer_toute_la_liste(request, request.path)
    if figee:
        return figee
    coches = choisis(request)
    form = SansRienForm(saisie(request))
    if request.method == "POST" and coches.cles and form.is_valid():
        with refus_sur(form):
            fait = actes.demander_les_avis(coches.cles, par=request.user, recu_le=request.recu_le)
            mots = ("dossier dont les avis sont demandés", "dossiers dont les avis sont demandés")
            dire(request, fait, mots)
            return redirect(coches.retour)
    return afficher(
        request,
        "appels/decision/selection.html",
        {
            "titre": "Demander les avis",
            "bouton": "Écrire aux financeurs",
            "form": form,
            "prevu": en_nombre.prevoir(coches.dossiers(), None, par=request.user),
            "choisis": coches,
            "sans_seance": False,
        },
        form,
    )
