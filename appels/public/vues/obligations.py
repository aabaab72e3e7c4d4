"""What a public site owes: legal notice, data, cookies, accessibility, eco-design, sitemap."""

from django.contrib.sitemaps.views import sitemap as plan_xml
from django.http import HttpResponse
from django.shortcuts import render

from appels.public.plan_du_site import PlanPublic
from appels.socle import obligations
from appels.socle.cache_public import page_publique
from appels.socle.chaque_page import le_service
from appels.socle.requete import Requete
from partenaires.models import Page, Texte
from quartiers import geographie


def _textes(page: Page) -> dict[str, Texte]:
    return {texte.cle: texte for texte in Texte.objects.de(page)}


@page_publique
def mentions_legales(request: Requete) -> HttpResponse:
    """Who publishes, who hosts, where the data of the maps come from."""
    return render(
        request,
        "appels/public/obligations/mentions_legales.html",
        {
            "service": le_service(request.parution),
            "textes": _textes(Page.MENTIONS).values(),
            "geographie": geographie.lire(request.parution),
        },
    )


@page_publique
def donnees_personnelles(request: Requete) -> HttpResponse:
    """What each form asks, why, who reads it."""
    return render(
        request,
        "appels/public/obligations/donnees_personnelles.html",
        {
            "service": le_service(request.parution),
            "formulaires": obligations.FORMULAIRES,
            "textes": _textes(Page.DONNEES).values(),
        },
    )


@page_publique
def cookies(request: Requete) -> HttpResponse:
    """Those that are set, on which pages, what for, for how long."""
    service = le_service(request.parution)
    return render(
        request,
        "appels/public/obligations/cookies.html",
        {
            "cookies": obligations.cookies(),
            "pages": obligations.pages_a_jeton(ecrit_au_service=bool(service.email)),
            "par_lien": obligations.PAGES_A_JETON_PAR_LIEN.values(),
        },
    )


@page_publique
def accessibilite(request: Requete) -> HttpResponse:
    """The statement, in the order that the law asks; what it says comes from the grid."""
    return render(
        request,
        "appels/public/obligations/accessibilite.html",
        {
            "service": le_service(request.parution),
            "bilan": obligations.bilan(),
            "scripts": obligations.scripts(),
            "textes": _textes(Page.ACCESSIBILITE),
        },
    )


@page_publique
def grille(request: Requete) -> HttpResponse:
    """The 106 criteria with their state, their evidence and their date."""
    return render(
        request,
        "appels/public/obligations/grille.html",
        {"thematiques": obligations.par_thematique(), "bilan": obligations.bilan()},
    )


@page_publique
def ecoconception(request: Requete) -> HttpResponse:
    """What each family of pages weighs, as measured, and the scripts that it loads."""
    return render(
        request,
        "appels/public/obligations/ecoconception.html",
        {
            "mesures": obligations.mesures(),
            "familles": obligations.familles(),
            "couts": obligations.couts(),
            "scripts": obligations.scripts(),
            "textes": _textes(Page.ECOCONCEPTION).values(),
        },
    )


@page_publique
def sitemap(request: Requete) -> HttpResponse:
    """The plan of the site, for search engines."""
    territoire = geographie.lire(request.parution)
    reponse = plan_xml(request, {"portail": PlanPublic(territoire, request.scheme)})
    return reponse.render()
