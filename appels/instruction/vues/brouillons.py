"""The drafts that a change of the call touches, and the mail to those who write them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.instruction.actions import brouillons
from appels.instruction.forms.brouillons import PrevenirForm
from appels.models import Appel
from appels.socle.requete import Requete
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie
from quartiers.francais import accorder


@require_http_methods(["GET", "HEAD", "POST"])
def touches(request: Requete, pk: int) -> HttpResponse:
    """How many, what they hold, the mail that would leave; nothing else of a draft is shown."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    form = PrevenirForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            combien = brouillons.prevenir(appel, **form.cleaned_data, recu_le=request.recu_le)
            messages.success(
                request, f"{accorder(combien, 'organisme prévenu', 'organismes prévenus')}."
            )
            return redirect("appels:appel_modifier", pk=pk)
    envois = brouillons.envois(appel)
    return afficher(
        request,
        "appels/instruction/brouillons_touches.html",
        {
            "appel": appel,
            "form": form,
            "envois": envois,
            "combien": sum(len(envoi.brouillons) for envoi in envois),
            "choses": brouillons.comptees(envois),
            "apercu": brouillons.apercu(appel, envois[0]) if envois else None,
        },
        form,
    )
