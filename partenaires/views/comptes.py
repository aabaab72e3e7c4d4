"""One's own account."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from partenaires import droits
from partenaires.forms.comptes import IdentiteForm
from partenaires.views.formulaire import afficher


@require_http_methods(["GET", "HEAD", "POST"])
def mon_compte(request):
    form = IdentiteForm(request.POST if request.method == "POST" else None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Votre nom est enregistré.")
        return redirect("partenaires:mon_compte")
    return afficher(request, "partenaires/mon_compte.html",
                    {"form": form, "second_facteur": is_mfa_enabled(request.user)}, form)


def espace(request):
    """Where each kind of person lands after signing in."""
    if droits.est_agent(request.user) or droits.est_financeur(request.user):
        return redirect("appels:instruction")
    return redirect("appels:mes_dossiers" if request.user.mes_appartenances else "partenaires:organismes")
