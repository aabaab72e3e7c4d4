"""Write to the service from a public page: never kept in the memory of public pages."""

from uuid import uuid4

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from appels.public.actions import contact as actes
from appels.public.forms.contact import PAGE_MAX, ContactForm
from appels.socle.chaque_page import le_service
from appels.socle.requete import Requete
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie


@require_http_methods(["GET", "HEAD", "POST"])
def ecrire(request: Requete) -> HttpResponse:
    """The form, when the service has an address; else what to do without it."""
    service = le_service(request.parution)
    form = ContactForm(
        saisie(request),
        initial={"page": request.GET.get("page", "")[:PAGE_MAX], "cle": uuid4(), **_moi(request)},
    )
    if request.method == "POST" and service.email and form.is_valid():
        trop = ratelimit.consume_or_429(
            request, action="ecrire_au_service", key=form.cleaned_data["email"].lower()
        )
        if trop:
            return trop
        with refus_sur(form):
            actes.ecrire(service, **form.cleaned_data)
            messages.success(
                request,
                "Votre message est enregistré et part au service Cohésion Sociale. La réponse "
                f"viendra à {form.cleaned_data['email']} ; aucune copie ne vous est envoyée.",
            )
            return redirect("appels:ecrire_au_service")
    return afficher(
        request, "appels/public/ecrire_au_service.html", {"service": service, "form": form}, form
    )


def _moi(request: Requete) -> dict[str, str]:
    """The name and the address of a person who is signed in."""
    if not request.user.is_authenticated:
        return {}
    return {"nom": str(request.user), "email": request.user.email}
