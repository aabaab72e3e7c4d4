"""What anybody may say of a public word, and how to follow a quartier: a page each, one button."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from appels.public import paroles
from appels.public.vues.ecrire import discrete
from appels.socle import reveil
from appels.socle.requete import Requete
from partenaires.concertation import limites
from partenaires.concertation.actions import abonnements
from partenaires.concertation.actions import retours as actes
from partenaires.concertation.forms.retours import (
    OUI,
    MoiAussiForm,
    SignalementForm,
    SuivreUnQuartierForm,
    UtileForm,
)
from partenaires.concertation.forms.sans_compte import SansCompteForm
from partenaires.models import Abonnement, Contribution
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie
from quartiers import geographie

METHODES = ["GET", "HEAD", "POST"]


def _demandee(request: Requete, cle: str, pk: int) -> Contribution:
    """The word that everybody reads. One that has just left is given to who sends a form: the act
    says so, and what was typed comes back; its own words are shown no more.
    """
    parues = Contribution.objects.filter(
        consultation__publiee_le__isnull=False, publiee_le__isnull=False
    )
    ligne = paroles.publiees(parues).filter(consultation__adresse=cle, pk=pk).first()
    if ligne is None or (request.method != "POST" and not ligne.est_publique):
        raise Http404
    return ligne


def _page(
    request: Requete,
    gabarit: str,
    contribution: Contribution,
    form: SansCompteForm,
    agir: Callable[[], HttpResponse],
) -> HttpResponse:
    """Show the form beside the word; when it is right, count it and act."""
    if form.is_bound and form.is_valid():
        with refus_sur(form), form.qui_sert_une_fois():
            limites.compter(request, "avis")
            return agir()
    lisibles = [contribution] if contribution.est_publique else []
    voix = paroles.en_voix(lisibles, geographie.lire(request.parution))
    contexte = {
        "voix": voix[0] if voix else None,
        "consultation": contribution.consultation,
        "form": form,
    }
    return discrete(afficher(request, f"appels/public/participer/{gabarit}.html", contexte, form))


@require_http_methods(METHODES)
def utile(request: Requete, cle: str, pk: int) -> HttpResponse:
    """« Cette réponse vous est-elle utile ? », and why."""
    contribution = _demandee(request, cle, pk)
    if request.method != "POST" and paroles.reponse_de(contribution) is None:
        raise Http404
    demande = request.GET.get("avis", "")
    initial = {"est_utile": demande} if demande in ("oui", "non") else {}
    form = UtileForm(saisie(request), le=request.recu_le, initial=initial)

    def agir() -> HttpResponse:
        actes.dire_si_utile(
            contribution,
            est_utile=form.cleaned_data["est_utile"] == OUI,
            pourquoi=form.cleaned_data["pourquoi"],
            cle=form.cle_lue,
            le=request.recu_le,
        )
        messages.success(request, "Merci : votre avis est compté.")
        return redirect("appels:contribution", cle, pk)

    return _page(request, "utile", contribution, form, agir)


@require_http_methods(METHODES)
def moi_aussi(request: Requete, cle: str, pk: int) -> HttpResponse:
    """Say that one lives the same; it decides nothing (H9)."""
    contribution = _demandee(request, cle, pk)
    if request.method != "POST" and not contribution.consultation.moi_aussi:
        raise Http404
    form = MoiAussiForm(saisie(request), le=request.recu_le)

    def agir() -> HttpResponse:
        actes.dire_moi_aussi(contribution, cle=form.cle_lue, le=request.recu_le)
        messages.success(request, "C’est noté : une personne de plus vit la même chose.")
        return redirect("appels:contribution", cle, pk)

    return _page(request, "moi_aussi", contribution, form, agir)


@require_http_methods(METHODES)
def signaler(request: Requete, cle: str, pk: int) -> HttpResponse:
    """A notice of illegal content; its receipt is shown, and sent when there is an address."""
    contribution = _demandee(request, cle, pk)
    form = SignalementForm(saisie(request), le=request.recu_le)

    def agir() -> HttpResponse:
        signalement = actes.signaler(
            contribution, form.notice(), cle=form.cle_lue, le=request.recu_le
        )
        reveil.apres_commit("appels.envoyer_courriels")
        messages.success(
            request,
            f"Votre signalement est reçu sous le numéro {signalement.numero} : notez-le. Une "
            "personne du service le lit et décide ; d’ici là, rien n’est masqué.",
        )
        return redirect("appels:contribution", cle, pk)

    return _page(request, "signaler", contribution, form, agir)


# --- To follow a quartier ------------------------------------------------------------------------
@require_http_methods(METHODES)
def suivre_un_quartier(request: Requete, code: str) -> HttpResponse:
    """Ask for an address; nothing is sent but the question, until it is confirmed."""
    quartier = geographie.lire(request.parution).quartier(code)
    if quartier is None:
        raise Http404
    form = SuivreUnQuartierForm(saisie(request), le=request.recu_le)
    if form.is_bound and form.is_valid():
        with refus_sur(form):
            courriel = form.cleaned_data["courriel"]
            limites.compter(request, "abonnement", courriel)
            abonnements.demander(quartier, courriel, le=request.recu_le)
            reveil.apres_commit("appels.envoyer_courriels")
            messages.success(
                request,
                f"Un courriel part à {courriel} : confirmez-y que c’est vous. S’il suit déjà ce "
                "quartier, il n’y a rien à faire.",
            )
            return redirect("appels:suivre_un_quartier", quartier.code)
    contexte = {"quartier": quartier, "form": form}
    return discrete(
        afficher(request, "appels/public/participer/suivre_un_quartier.html", contexte, form)
    )


@require_http_methods(METHODES)
def confirmer(request: Requete, jeton: str) -> HttpResponse:
    """A button: a scanner that opens the link confirms nothing."""
    abonnement = abonnements.du_jeton("confirmer", jeton)
    if abonnement is None:
        raise Http404
    if request.method == "POST":
        abonnement = abonnements.confirmer(jeton, le=request.recu_le)
    return _abonnement(request, "confirmer", jeton, abonnement)


@csrf_exempt  # the link is the right, and mail programs post it in one click (RFC 8058)
@require_http_methods(METHODES)
def arreter(request: Requete, jeton: str) -> HttpResponse:
    """A button, or one click of the mail program; stopping twice is stopping."""
    if request.method == "POST":
        abonnements.arreter(jeton)
        return _abonnement(request, "arreter", jeton, None)
    return _abonnement(request, "arreter", jeton, abonnements.du_jeton("arreter", jeton))


def _abonnement(
    request: Requete, page: str, jeton: str, abonnement: Abonnement | None
) -> HttpResponse:
    contexte = {"abonnement": abonnement, "jeton": jeton}
    return discrete(render(request, f"appels/public/participer/{page}.html", contexte))
