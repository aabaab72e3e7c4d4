"""The link of an invitation: who invites, to what, as what; then in, in one step."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from partenaires.models import Invitation
from partenaires.organismes.actions import invitations
from partenaires.organismes.forms.invitations import CompteInviteForm
from partenaires.organismes.vues.organismes import chemin_demande
from partenaires.socle import comptes
from partenaires.socle.entree import Requete
from partenaires.socle.vues.formulaire import afficher, refus_en_message, refus_sur, saisie


@sensitive_post_parameters("mot_de_passe")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: Requete, jeton: str) -> HttpResponseBase:
    """GET shows what is offered (a mail scanner consumes nothing), POST joins."""
    try:
        offre = invitations.lire(jeton, recu_le=request.recu_le)
        if request.user.is_authenticated:
            return _avec_mon_compte(request, jeton, offre)
        if invitations.compte_de(offre):
            return render(request, "partenaires/invitation.html", {"invitation": offre})
        return _sans_compte(request, jeton, offre)
    except invitations.InvitationInutilisable as refus:
        return render(request, "partenaires/invitation.html", {"refus": refus.phrase}, status=404)


def _avec_mon_compte(request: Requete, jeton: str, offre: Invitation) -> HttpResponse:
    """Somebody signed in: a button, when the link is for an address of theirs."""
    if offre.email not in comptes.adresses_prouvees(request.user):
        raise invitations.AutreAdresse(request.user)
    if request.method == "POST":
        appartenance = invitations.accepter(jeton, par=request.user, recu_le=request.recu_le)
        messages.success(request, f"Bienvenue dans {appartenance.partenaire}.")
        return redirect("partenaires:espace")
    return render(request, "partenaires/invitation.html", {"invitation": offre})


def _sans_compte(request: Requete, jeton: str, offre: Invitation) -> HttpResponseBase:
    """Nobody has proved this address yet, and the link does: a name, a password, and in."""
    form = CompteInviteForm(saisie(request), email=offre.email)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            personne = invitations.ouvrir_un_compte(
                jeton, **form.cleaned_data, recu_le=request.recu_le
            )
            messages.success(request, f"Bienvenue dans {offre.partenaire}.")
            return perform_login(request, personne, redirect_url="/espace/")
    contexte = {"invitation": offre, "form": form}
    return afficher(request, "partenaires/invitation.html", contexte, form)


def accepter(request: Requete, pk: int) -> HttpResponse:
    """Join from one's own page: the account has proved the address that was invited."""
    miennes = Invitation.objects.filter(email__in=comptes.adresses_prouvees(request.user))
    mienne = get_object_or_404(miennes, pk=pk)
    with refus_en_message(request):
        appartenance = invitations.accepter_la_mienne(
            mienne, par=request.user, recu_le=request.recu_le
        )
        messages.success(request, f"Bienvenue dans {appartenance.partenaire}.")
        return redirect(chemin_demande(request, "suite") or "partenaires:espace")
    return redirect("partenaires:organismes")
