"""« Données et API »: what other sites may take, and the page of each file of grants."""

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from appels.public import scdl
from appels.public.donnees_des_projets import COLONNES
from appels.public.donnees_ouvertes import donnees_ouvertes
from appels.public.exemples_api import EXEMPLES, FICHIERS
from appels.public.vues.api.routes import dictionnaire
from appels.public.vues.api.socle import PAR_MINUTE, RACINE
from appels.socle.cache_public import page_publique
from appels.socle.chaque_page import le_service
from appels.socle.requete import Requete
from partenaires.models import Partenaire
from quartiers.memoire import Garde
from quartiers.models import Parution


@page_publique
def donnees(request: Requete) -> HttpResponse:
    """Every file, whose it is, under which licence."""
    return render(
        request,
        "appels/public/donnees/donnees.html",
        {
            "service": le_service(request.parution),
            "financeurs": Partenaire.objects.publient_leurs_subventions(),
            "parution": request.parution,
            "fichiers": FICHIERS,
            "exemples": EXEMPLES,
            "colonnes": COLONNES,
            "dictionnaire": dictionnaire(),
            "racine": f"{settings.URL_PUBLIQUE}/{RACINE}",
            "par_minute": PAR_MINUTE,
        },
    )


def _financeur(pk: int) -> Partenaire:
    """Raises `Http404` for who publishes nothing here."""
    publient = Partenaire.objects.publient_leurs_subventions().prefetch_related("rectifications")
    return get_object_or_404(publient, pk=pk)


# By funder, once a parution in each process: it looks at every grant, whoever is signed in
_inventaires: Garde[dict[int, scdl.Inventaire]] = Garde(dict)


def _inventaire(financeur: Partenaire, parution: Parution) -> scdl.Inventaire:
    gardes = _inventaires.lire(parution)
    if financeur.pk not in gardes:
        gardes[financeur.pk] = scdl.inventaire(financeur)
    return gardes[financeur.pk]


@page_publique
def subventions(request: Requete, pk: int) -> HttpResponse:
    """One file of grants: producer, licence, date, dictionary."""
    return render(
        request,
        "appels/public/donnees/subventions.html",
        {
            "inventaire": _inventaire(_financeur(pk), request.parution),
            "service": le_service(request.parution),
            "parution": request.parution,
            "colonnes": scdl.COLONNES,
            "version": scdl.VERSION,
            "schema": scdl.SCHEMA,
        },
    )


@donnees_ouvertes
@page_publique
def subventions_csv(request: Requete, pk: int) -> HttpResponseBase:
    """The file itself, sent row by row."""
    financeur = _financeur(pk)
    reponse = StreamingHttpResponse(
        scdl.fichier(financeur), content_type="text/csv; charset=utf-8; header=present"
    )
    nom = scdl.nom_du_fichier(financeur)
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse
