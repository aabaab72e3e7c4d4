"""Where: the six quartiers, one page each, « Suis-je dans un QPV ? », the same data to download."""

import json
from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from appels.public import lieu
from appels.public.donnees_ouvertes import dictionnaire, donnees_ouvertes, provenance
from appels.public.forms.situer import SituerForm, SurCarte
from appels.public.page_du_quartier import PageDuQuartier
from appels.socle import exports
from appels.socle.cache_public import page_publique, page_qui_lit
from appels.socle.requete import Requete
from appels.socle.vues import adresse
from partenaires.socle import demonstration
from partenaires.socle.erreurs import erreurs_de
from quartiers import carte, geocodeur, geographie, voies


@page_publique
def quartiers(request: Requete) -> HttpResponse:
    """The six quartiers: the map and the same thing in a table."""
    return render(
        request,
        "appels/public/quartiers/quartiers.html",
        {"geographie": geographie.lire(request.parution)},
    )


@page_qui_lit(du_jour=True)
def quartier(request: Requete, code: str) -> HttpResponse:
    """A quartier: where, how many people, from which source, what was funded and said there."""
    territoire = geographie.lire(request.parution)
    quartier = territoire.quartier(code)
    if quartier is None:
        raise Http404
    page = PageDuQuartier(quartier, territoire, request.parution, request.recu_le)
    return render(
        request, "appels/public/quartiers/quartier.html", {"page": page, "quartier": quartier}
    )


def _peut_localiser(vue: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """This page alone may ask the browser where it is, once somebody taps « Me localiser »."""

    @wraps(vue)
    def servie(request: Requete, **parametres: str) -> HttpResponseBase:
        reponse = vue(request, **parametres)
        reponse["Permissions-Policy"] = "camera=(), geolocation=(self), microphone=()"
        return reponse

    return servie


@_peut_localiser
@page_qui_lit(*SituerForm.LUS)
def situer(request: Requete) -> HttpResponse:
    """« Suis-je dans un QPV ? »: a street, a point of the map, coordinates; nothing is kept."""
    form = SituerForm(request.GET or None)
    trouve = lieu.Reponse()
    a_des_voies = voies.est_charge(request.parution)
    if form.is_bound and form.is_valid():
        territoire = geographie.lire(request.parution)
        trouve = lieu.repondre(
            form.point(), form.adresse_entiere(), territoire, a_des_voies=a_des_voies
        )
    erreurs = erreurs_de(form)
    reponse = render(
        request,
        "appels/public/quartiers/situer.html",
        {
            "form": form,
            "erreurs": erreurs,
            "erreurs_de_page": bool(erreurs),
            "trouve": trouve,
            "a_des_voies": a_des_voies,
            "a_un_geocodeur": geocodeur.est_configure(),
            "vue": SurCarte.de(form, trouve.situation),
            "sans_reponse": form.est_posee() and not erreurs and trouve.est_vide,
            "dossier": form.dossier(),
        },
        status=400 if erreurs else 200,
    )
    if form.is_bound:
        reponse["Cache-Control"] = "no-store"  # somebody's place, or a failure that will pass
    return reponse


@page_qui_lit(*SurCarte.LUS)
def carte_svg(request: Requete) -> HttpResponse:
    """The image to point at: the whole territory, or the surroundings of a point."""
    vue = SurCarte.lue(adresse.parametres(request, SurCarte.LUS))
    territoire = geographie.lire(request.parution)
    dessin = carte.dessiner(
        territoire.communes, territoire.quartiers, cadre=vue.cadre, largeur=vue.unites
    )
    return render(
        request,
        "appels/public/quartiers/carte.svg",
        {
            "carte": dessin,
            "croix": vue.est_zoomee,
            "milieu": (dessin["largeur"] // 2, dessin["hauteur"] // 2),
        },
        content_type="image/svg+xml",
    )


@donnees_ouvertes
@page_publique
def quartiers_geojson(request: Requete) -> HttpResponse:
    """The six contours, to reuse."""
    contenu = {
        "type": "FeatureCollection",
        **provenance(request.parution),
        "dictionnaire": dictionnaire(),
        "features": [
            {"type": "Feature", "properties": quartier.faits(), "geometry": quartier.contour}
            for quartier in geographie.lire(request.parution).quartiers
        ],
    }
    return HttpResponse(
        json.dumps(demonstration.donnees(contenu), ensure_ascii=False),
        content_type="application/geo+json",
    )


def _cellule(valeur: object) -> str:
    """Lists in words, decimals with a comma."""
    if isinstance(valeur, list):
        return ", ".join(valeur)
    if isinstance(valeur, float):
        return str(valeur).replace(".", ",")
    return str(valeur)


@donnees_ouvertes
@page_publique
def quartiers_csv(request: Requete) -> HttpResponse:
    """The same rows as the table of the page."""
    lignes = [quartier.faits() for quartier in geographie.lire(request.parution).quartiers]
    entetes = [list(faits) for faits in lignes[:1]]  # no row, no head
    cellules = [[_cellule(valeur) for valeur in faits.values()] for faits in lignes]
    reponse = HttpResponse(
        exports.en_csv([*entetes, *cellules]), content_type="text/csv; charset=utf-8"
    )
    reponse["Content-Disposition"] = 'attachment; filename="quartiers.csv"'
    return reponse
