"""A place found on the map goes into the dossier that was waiting for it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from appels.models import NomPartie
from appels.redaction.actions import redaction
from appels.redaction.forms.partie import PartieSaisie
from appels.redaction.forms.point import PointForm
from appels.socle import droits, verrous
from appels.socle.requete import Requete
from appels.socle.vues.lecture import mon_dossier
from partenaires.socle.erreurs import erreurs_de
from partenaires.socle.vues.formulaire import saisie


def ajouter(request: Requete, pk: int) -> HttpResponse:
    """Add the point; the answer is on the page of the places."""
    dossier = mon_dossier(request, pk)
    droits.redige.exiger(request.user, dossier)
    form = PointForm(saisie(request))
    if not form.is_valid():
        messages.error(request, " ".join(erreur["phrase"] for erreur in erreurs_de(form)))
        return redirect("appels:partie", pk=pk, nom=NomPartie.LIEUX.value)
    try:
        redaction.ajouter_lieu(
            dossier,
            form.save(commit=False),
            par=request.user,
            recu_le=request.recu_le,
            montrer=lambda: PartieSaisie(dossier, NomPartie.LIEUX).enregistree().valeurs(),
        )
    except verrous.NonModifiable:
        messages.error(request, "Le dossier ne se modifie plus : le lieu n’est pas ajouté.")
        return redirect("appels:dossier", pk=pk)
    except redaction.TropDeLieux as refus:
        messages.error(request, refus.phrase)
    else:
        messages.success(request, f"Le lieu est ajouté. {form.instance.constat}")
    return redirect("appels:partie", pk=pk, nom=NomPartie.LIEUX.value)
