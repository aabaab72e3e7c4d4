"""One's own account."""

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.email_verification import send_verification_email_at_login
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from partenaires.comptes.forms.comptes import IdentiteForm
from partenaires.organismes.actions import invitations, passations
from partenaires.organismes.forms.passations import FermetureForm
from partenaires.socle import droits
from partenaires.socle.entree import Requete
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie


@require_http_methods(["GET", "HEAD", "POST"])
def mon_compte(request: Requete) -> HttpResponse:
    """One's own name, and when messages may come."""
    form = IdentiteForm(saisie(request), instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Vos réglages sont enregistrés.")
        return redirect("partenaires:mon_compte")
    return afficher(
        request,
        "partenaires/mon_compte.html",
        {"form": form, "second_facteur": is_mfa_enabled(request.user)},
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def fermer(request: Requete) -> HttpResponse:
    """Says what stays and what goes, then closes the account."""
    retenus = passations.retenu_par(request.user)
    form = FermetureForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            passations.fermer_compte(request.user, recu_le=request.recu_le)
            logout(request)
            messages.success(request, "Votre compte est fermé.")
            return redirect("appels:accueil")
    return afficher(
        request, "partenaires/fermer_compte.html", {"form": form, "retenus": retenus}, form
    )


def espace(request: Requete) -> HttpResponse:
    """Where each kind of person lands after signing in: first, what waits for their answer."""
    if droits.est_agent(request.user) or droits.est_financeur(request.user):
        return redirect("appels:instruction")
    if invitations.recues(request.user, recu_le=request.recu_le):
        return redirect("partenaires:organismes")
    if request.user.mes_appartenances:
        return redirect("appels:mes_dossiers")
    return redirect("partenaires:organismes")


def renvoyer_la_confirmation(request: HttpRequest) -> HttpResponse:
    """Write again to the address that signs up in this browser; says the same to everybody."""
    etape = LoginStageController.enter(request, EmailVerificationStage.key)
    if etape:
        send_verification_email_at_login(request, etape.login)
    messages.info(
        request,
        "Un nouveau message part vers votre adresse, trois minutes au moins après le précédent.",
    )
    return redirect("account_email_verification_sent")


@never_cache
@require_GET
def session(request: HttpRequest) -> HttpResponse:
    """Is this browser still signed in, as whom, with which token: a page left open goes on."""
    if not request.user.is_authenticated:
        return JsonResponse({"qui": None, "jeton": ""})
    return JsonResponse({"qui": request.user.pk, "jeton": get_token(request)})
