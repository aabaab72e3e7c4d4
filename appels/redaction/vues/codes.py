"""The organisation uses the code that the service gave it."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from appels.redaction.actions import codes
from appels.redaction.forms.codes import CodeForm
from appels.socle import droits
from appels.socle.requete import Requete
from appels.socle.vues.lecture import mon_dossier
from partenaires.socle.vues.formulaire import refus_en_message, saisie
from quartiers.francais import date_et_heure


def utiliser(request: Requete, pk: int) -> HttpResponse:
    """The code of the service on a draft that was not deposited in time."""
    dossier = mon_dossier(request, pk)
    droits.redige.exiger(request.user, dossier)
    trop_d_essais = ratelimit.consume_or_429(request, action="code_derogation", user=request.user)
    if trop_d_essais:
        return trop_d_essais
    form = CodeForm(saisie(request))
    with refus_en_message(request):
        prolonge = codes.utiliser(
            dossier, form.data.get("code", ""), par=request.user, recu_le=request.recu_le
        )
        assert prolonge.ferme_le is not None  # a code says until when
        messages.success(
            request,
            "Le délai est accordé : déposez avant le "
            f"{date_et_heure(prolonge.ferme_le)}, heure de Paris.",
        )
    return redirect("appels:dossier", pk=pk)
