"""The head of the service: who works here."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from partenaires import actions, droits
from partenaires.forms.organismes import EquipeForm
from partenaires.models import Appartenance
from partenaires.models.appartenance import ROLES_AGENT, ROLES_FINANCEUR
from partenaires.views.formulaire import afficher


def reserve_a_la_responsable(request) -> None:
    """403 for everybody else."""
    if not droits.est_responsable(request.user):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def equipe(request):
    """Agents and people of the funders; invite one more."""
    reserve_a_la_responsable(request)
    form = EquipeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.inviter(**form.cleaned_data, par=request.user, recu_le=request.recu_le)
        messages.success(request, f"L’invitation est envoyée à {form.cleaned_data['email']}.")
        return redirect("partenaires:equipe")
    gens = Appartenance.objects.actives().filter(role__in=[*ROLES_AGENT, *ROLES_FINANCEUR])
    return afficher(request, "partenaires/equipe.html", {
        "form": form, "appartenances": gens.select_related("utilisateur", "partenaire")}, form)
