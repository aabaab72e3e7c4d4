"""The head of the service: who works here."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from partenaires.models import Appartenance
from partenaires.models.appartenance import ROLES_AGENT, ROLES_FINANCEUR, AppartenanceQuerySet
from partenaires.organismes.actions import invitations, passations
from partenaires.organismes.forms.organismes import EquipeForm, PerimetreForm
from partenaires.socle.entree import Requete
from partenaires.socle.vues.formulaire import afficher, saisie


@require_http_methods(["GET", "HEAD", "POST"])
def equipe(request: Requete) -> HttpResponse:
    """Agents and people of the funders; invite one more."""
    form = EquipeForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        invitations.inviter(
            form.cleaned_data["partenaire"],
            email=form.cleaned_data["email"],
            roles={form.cleaned_data["role"]},
            par=request.user,
            recu_le=request.recu_le,
        )
        messages.success(request, f"L’invitation est envoyée à {form.cleaned_data['email']}.")
        return redirect("partenaires:equipe")
    return afficher(
        request, "partenaires/equipe.html", {"form": form, "appartenances": _gens()}, form
    )


def _gens() -> AppartenanceQuerySet:
    """The people of the service and of the funders."""
    return (
        Appartenance.objects.actives()
        .avec_role(*ROLES_AGENT, *ROLES_FINANCEUR)
        .select_related("utilisateur", "partenaire")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def perimetre(request: Requete, pk: int) -> HttpResponse:
    """Which communes, axes or quartiers somebody is limited to."""
    appartenance = get_object_or_404(_gens(), pk=pk)
    form = PerimetreForm(saisie(request), perimetre=appartenance.perimetre)
    if request.method == "POST" and form.is_valid():
        passations.limiter(
            appartenance, form.perimetre(), par=request.user, recu_le=request.recu_le
        )
        messages.success(request, f"Le périmètre de {appartenance.utilisateur} est enregistré.")
        return redirect("partenaires:equipe")
    return afficher(
        request, "partenaires/perimetre.html", {"appartenance": appartenance, "form": form}, form
    )
