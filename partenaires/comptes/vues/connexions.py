"""Where one is signed in, and who came in."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from partenaires.comptes import connexions, sessions
from partenaires.models import Connexion
from partenaires.models.identifiants import lire_adresse
from partenaires.socle.entree import Requete
from quartiers.francais import accorder

PAR_PAGE = 30


@require_GET
def les_miennes(request: Requete) -> HttpResponse:
    """The browsers where I am signed in, then what happened at the door of my account."""
    lignes = Connexion.objects.filter(utilisateur=request.user)
    return render(
        request,
        "partenaires/mes_connexions.html",
        {
            "ici": request.session.rangee,
            "autres": sessions.des_autres(request),
            "page": Paginator(lignes, PAR_PAGE).get_page(request.GET.get("page")),
        },
    )


def fermer(request: Requete) -> HttpResponse:
    """End one of my other sessions, or all of them."""
    fermees = sessions.fermer(request, request.POST.get("session", ""))
    if fermees:
        quoi = accorder(fermees, "session fermée", "sessions fermées")
        messages.success(request, f"{quoi} : ce navigateur reste connecté.")
    else:
        messages.info(request, "Cette session était déjà fermée.")
    return redirect("partenaires:mes_connexions")


@require_GET
def toutes(request: Requete) -> HttpResponse:
    """What happened at the door of every account, or of the one whose address is asked."""
    adresse = lire_adresse(request.GET.get("adresse", ""))
    lignes = Connexion.objects.select_related("utilisateur")
    if adresse:
        lignes = lignes.filter(connexions.de_l_adresse(adresse))
    return render(
        request,
        "partenaires/connexions.html",
        {
            "adresse": adresse,
            "page": Paginator(lignes, PAR_PAGE).get_page(request.GET.get("page")),
        },
    )
