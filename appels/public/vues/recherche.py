"""The search box of the public pages."""

from django.http import HttpResponse
from django.shortcuts import render

from appels.public import recherche
from appels.socle.cache_public import page_qui_lit
from appels.socle.requete import Requete
from appels.socle.vues import adresse


@page_qui_lit("q")
def chercher(request: Requete) -> HttpResponse:
    """What is asked, what is found by kind; nothing is said before something is asked."""
    texte = adresse.parametres(request, ("q",))["q"]
    return render(
        request,
        "appels/public/recherche.html",
        {"resultats": recherche.chercher(texte, request.parution, request.recu_le)},
    )
