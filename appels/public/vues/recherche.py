"""The search box of the public pages."""

from django.http import HttpResponse
from django.shortcuts import render

from appels.public import recherche
from appels.socle.cache_public import page_qui_lit
from appels.socle.requete import Requete


@page_qui_lit("q")
def chercher(request: Requete) -> HttpResponse:
    """What is asked, what is found by kind; nothing is said before something is asked.

    Too long, it comes back in its field with what to take away.
    """
    texte = request.GET.get("q", "").strip()
    resultats = recherche.chercher(texte, request.parution, request.recu_le)
    return render(
        request,
        "appels/public/recherche.html",
        {"resultats": resultats, "erreurs_de_page": resultats.de_trop > 0},
        status=400 if resultats.de_trop else 200,
    )
