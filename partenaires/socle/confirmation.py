"""« Confirmez que c’est vous »: before what is sensitive, an open session is not enough.

Who signed in, or confirmed, a few minutes ago goes straight on. The others type their password on a
page that holds what they had typed and goes on where they were going: nothing is lost, without
script.
"""

from datetime import datetime, timedelta
from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from partenaires.models import Utilisateur
from partenaires.socle import envois

CLE = "confirme_le"  # of the session
PREFIXE = "confirmation"
CHAMP = f"{PREFIXE}-mot_de_passe"
LIRE = f"{PREFIXE}-lire"  # there when the page was asked by a link, not by a form
FAUX = "Ce n’est pas votre mot de passe."


class ConfirmationForm(forms.Form):
    mot_de_passe = forms.CharField(
        label="Votre mot de passe",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, donnees: QueryDict | None, *, utilisateur: Utilisateur):
        super().__init__(donnees, prefix=PREFIXE)
        self.utilisateur = utilisateur

    def clean_mot_de_passe(self) -> str:
        """Counted as a sign-in: a session left open does not guess without end."""
        donne = self.cleaned_data["mot_de_passe"]
        if not get_adapter().reauthenticate(self.utilisateur, donne):
            raise forms.ValidationError(FAUX)
        return donne


def noter(request: HttpRequest) -> None:
    """This person has just proved who they are."""
    request.session[CLE] = request.recu_le.isoformat()  # type: ignore[attr-defined]


def est_recente(request: HttpRequest) -> bool:
    """Signed in or confirmed, here or on a page of allauth, less than the setting ago."""
    note = request.session.get(CLE)
    delai = timedelta(minutes=settings.CONFIRMATION_DELAI)
    if note and request.recu_le - datetime.fromisoformat(note) < delai:  # type: ignore[attr-defined]
        return True
    return reauthentication.did_recently_reauthenticate(request)


def demander(request: HttpRequest) -> HttpResponse | None:
    """The page that asks, or where to go next; None when the act may go on."""
    if not settings.CONFIRMATION_EXIGEE:
        return None
    form = ConfirmationForm(
        request.POST if CHAMP in request.POST else None,
        utilisateur=cast(Utilisateur, request.user),  # behind the door of signed-in people
    )
    if est_recente(request):
        return redirect(request.get_full_path()) if LIRE in request.POST else None
    if form.is_valid():
        noter(request)
        reauthentication.reauthenticate_by_password(request)
        return redirect(request.get_full_path()) if LIRE in request.POST else None
    return render(
        request,
        "partenaires/confirmer.html",
        {
            "form": form,
            "champ_lire": LIRE if request.method != "POST" or LIRE in request.POST else "",
            "tapes": _tapes(request),
            "a_des_fichiers": bool(request.FILES),
            "delai": settings.CONFIRMATION_DELAI,
        },
        status=422 if form.errors else 200,
    )


def _tapes(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed on the page that sent here, to send again with the password."""
    return [
        (nom, valeur)
        for nom, valeurs in request.POST.lists()
        for valeur in valeurs
        if nom not in envois.HORS_SAISIE and not nom.startswith(f"{PREFIXE}-")
    ]
