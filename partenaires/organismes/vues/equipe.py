"""The head of the service: who works here, who is expected."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from partenaires.models import Appartenance, Invitation, Partenaire, Passation
from partenaires.models.appartenance import AppartenanceQuerySet
from partenaires.organismes.actions import equipe as actes
from partenaires.organismes.forms.organismes import EquipeForm, PerimetreForm
from partenaires.socle.entree import Requete
from partenaires.socle.vues.formulaire import afficher, refus_en_message, refus_sur, saisie
from quartiers.articles import de

ACTES_MONTRES = 30  # of the log, the last ones; a page each


@require_http_methods(["GET", "HEAD", "POST"])
def equipe(request: Requete) -> HttpResponse:
    """Agents and people of the funders, pending links, the log; invite one more."""
    form = EquipeForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            actes.inviter(**form.cleaned_data, par=request.user, recu_le=request.recu_le)
            messages.success(request, f"L’invitation est envoyée à {form.cleaned_data['email']}.")
            return redirect("partenaires:equipe")
    invitations = Invitation.objects.valables(request.recu_le).de_l_equipe()
    journal = Passation.objects.exclude(partenaire__in=Partenaire.objects.porteurs())
    pages = Paginator(journal.select_related("par", "partenaire"), ACTES_MONTRES)
    return afficher(
        request,
        "partenaires/equipe.html",
        {
            "form": form,
            "appartenances": _gens().annotate(a_un_second_facteur=_second_facteur()),
            "invitations": invitations.select_related("partenaire", "invitee_par"),
            "page": pages.get_page(request.GET.get("page")),
        },
        form,
    )


def _gens() -> AppartenanceQuerySet:
    """The people of the service and of the funders, suspended ones too."""
    return Appartenance.objects.de_l_equipe().select_related("utilisateur", "partenaire")


def _second_facteur() -> Exists:
    """Recovery codes alone are no second factor."""
    facteurs = Authenticator.objects.filter(user=OuterRef("utilisateur"))
    return Exists(facteurs.exclude(type=Authenticator.Type.RECOVERY_CODES))


@require_http_methods(["GET", "HEAD", "POST"])
def perimetre(request: Requete, pk: int) -> HttpResponse:
    """Which communes, axes or quartiers somebody is limited to."""
    appartenance = get_object_or_404(_gens(), pk=pk)
    form = PerimetreForm(saisie(request), perimetre=appartenance.perimetre)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            actes.limiter(appartenance, form.perimetre(), par=request.user, recu_le=request.recu_le)
            messages.success(
                request, f"Le périmètre {de(appartenance.utilisateur)} est enregistré."
            )
            return redirect("partenaires:equipe")
    return afficher(
        request, "partenaires/perimetre.html", {"appartenance": appartenance, "form": form}, form
    )


def annuler(request: Requete, pk: int) -> HttpResponse:
    """The link that was sent opens nothing any more."""
    invitation = get_object_or_404(Invitation.objects.de_l_equipe(), pk=pk)
    with refus_en_message(request):
        actes.annuler_l_invitation(invitation, par=request.user, recu_le=request.recu_le)
        messages.success(request, f"L’invitation {de(invitation.email)} est annulée.")
    return redirect("partenaires:equipe")


def renvoyer(request: Requete, pk: int) -> HttpResponse:
    """A new link; the one sent before dies."""
    invitation = get_object_or_404(Invitation.objects.de_l_equipe(), pk=pk)
    with refus_en_message(request):
        actes.renvoyer_l_invitation(invitation, par=request.user, recu_le=request.recu_le)
        messages.success(request, f"Un nouveau lien part à {invitation.email}.")
    return redirect("partenaires:equipe")
