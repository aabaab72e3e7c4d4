"""A place whose point and quartier disagree."""

from django.contrib import messages
from django.http import HttpResponse

from appels.instruction.actions import lieux
from appels.instruction.vues import fil
from appels.instruction.vues.examen import a_examiner
from appels.socle.requete import Requete
from partenaires.socle.vues.formulaire import refus_en_message


def verifier(request: Requete, pk: int) -> HttpResponse:
    """The agent looked at them: the alert goes, the log says who."""
    dossier = a_examiner(request, pk)
    with refus_en_message(request):
        vus = request.POST.get("vus", "")
        lieux.verifier(dossier, vus=vus, par=request.user, recu_le=request.recu_le)
        messages.success(request, "Les lieux sont vérifiés.")
    return fil.revenir(request, "appels:examen", pk)
