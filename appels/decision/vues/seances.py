"""A meeting projected: one project a screen, its word, the next; the funders on their own."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from appels.decision import ordre_du_jour
from appels.decision import seance as projetee
from appels.decision.actions import comites as actes
from appels.decision.forms.comites import DeliberationForm, ProjetEnSeance
from appels.decision.forms.scenarios import MontantsForm
from appels.decision.vues.comites import comite_lu
from appels.instruction import listes
from appels.models import Comite, Dossier, Ouvrage, SensComite
from appels.models.dossiers import DossierQuerySet
from appels.socle import ecritures
from appels.socle.requete import Requete
from partenaires.socle import droits, entree
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie
from quartiers import geographie

PLUS_EN_COURSE = "Ce projet n’est plus en course, ou la page est ancienne : rien n’est enregistré."


@require_http_methods(["GET", "HEAD", "POST"])
def seance(request: Requete, pk: int, rang: int) -> HttpResponse:
    """One project on the screen: opinions, amounts, the word of the meeting, the next."""
    comite = comite_lu(request, pk)
    projetee.peut_suivre.exiger(request.user, comite, request.recu_le)
    request.appel_a_la_une = comite.appel  # no menu on a room screen: nothing more is read for it
    if request.method == "POST":
        entree.sert.exiger(request.user)
    cles = ordre_du_jour.examines(comite)
    if request.method == "POST":
        rang = _rang_de(request.POST.get("projet"), cles)
        if not rang:
            messages.error(request, PLUS_EN_COURSE)
            return redirect("appels:comite", pk=pk)
    if not 1 <= rang <= len(cles):
        raise Http404
    voisins = cles[max(0, rang - 2) : rang + 1]
    lisibles = projetee.lus(_lisibles(request, comite).filter(pk__in=voisins))
    lus = {un.pk: un for un in lisibles}
    place = _place(comite, rang, cles, lus)
    dossier = lus.get(cles[rang - 1])
    contexte = {
        "place": place,
        "comite": comite,
        "est_du_service": droits.est_agent(request.user),
        "recu_le": request.recu_le,
    }
    if dossier is None:
        return afficher(request, "appels/decision/seance.html", contexte)
    _dire_qui_ecrit(request, comite, dossier)
    projet = projetee.projet(
        place, dossier, request.user, request.recu_le, geographie.lire(request.parution)
    )
    form = ProjetEnSeance(
        DeliberationForm(saisie(request), instance=projet.a_dire),
        MontantsForm(saisie(request), comptes=projet.comptes, cases=projet.ligne.cases),
    )
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            _enregistrer(request, projet, form)
            ecritures.finir(request, dossier, Ouvrage.DECISIONS, _cle(comite))
            return redirect(_suite(place))
    contexte |= {
        "projet": projet,
        "dossier": dossier,
        "form": form.deliberation,
        "montants": form.montants,
    }
    return afficher(
        request, "appels/decision/seance.html", contexte, form.deliberation, form.montants
    )


@require_GET
def en_direct(request: Requete, pk: int) -> HttpResponse:
    """The project that the meeting is looking at: the first that waits for a word."""
    comite = comite_lu(request, pk)
    projetee.peut_suivre.exiger(request.user, comite, request.recu_le)
    suivi = ordre_du_jour.suivre(comite, request.user)
    if not suivi.passages:
        return redirect("appels:comite", pk=pk)
    return redirect("appels:seance", pk=pk, rang=suivi.suite)


def _dire_qui_ecrit(request: Requete, comite: Comite, dossier: Dossier) -> None:
    """The service alone writes here, while the meeting is open: two of its people are told."""
    if comite.clos_le is None and droits.est_agent(request.user):
        ecritures.noter(request, dossier, Ouvrage.DECISIONS, _cle(comite))


def _cle(comite: Comite) -> str:
    return f"comite-{comite.pk}"


def _lisibles(request: Requete, comite: Comite) -> DossierQuerySet:
    """The dossiers of the meeting's call that this person may read."""
    return listes.lisibles_par(request.user).filter(appel=comite.appel_id)


def _place(comite: Comite, rang: int, cles: list[int], lus: dict[int, Dossier]) -> projetee.Place:
    """Where the project stands, and the names of those around that this person reads."""
    avant = lus.get(cles[rang - 2]) if rang > 1 else None
    apres = lus.get(cles[rang]) if rang < len(cles) else None
    return projetee.Place(
        comite,
        rang,
        len(cles),
        str(avant) if avant else "",
        str(apres) if apres else "",
    )


def _rang_de(projet: str | None, cles: list[int]) -> int:
    """The rank of the project that the page showed; 0 when it is there no more.

    A project withdrawn meanwhile shifts the others: the one shown is the one meant.
    """
    return next((rang for rang, cle in enumerate(cles, 1) if str(cle) == projet), 0)


def _enregistrer(request: Requete, projet: projetee.Projet, form: ProjetEnSeance) -> None:
    """Word and amounts together; raises the refusals of the act."""
    actes.enregistrer(
        projet.place.comite,
        projet.dossier,
        {} if projet.fige else form.montants.voulus(),
        form.deliberation.mot,
        par=request.user,
        recu_le=request.recu_le,
        vue=request.POST.get("vue"),
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
