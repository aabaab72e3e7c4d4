"""Where: the six quartiers, one page each, « Suis-je dans un QPV ? », the same data to download."""

import json

from django.http import Http404, HttpResponse
from django.shortcuts import render

from appels.public import soutiens
from appels.public.forms.situer import SituerForm, SurCarte
from appels.socle import exports
from appels.socle.cache_public import page_publique
from appels.socle.vues import adresse
from partenaires.socle.vues.formulaire import erreurs_de
from quartiers import carte, geocodeur, geographie
from quartiers.situation import situer as situer_un_point

PROJETS_MONTRES = 10


@page_publique
def quartiers(request):
    """The six quartiers: the map and the same thing in a table."""
    return render(
        request,
        "appels/public/quartiers/quartiers.html",
        {"geographie": geographie.lire(request.parution)},
    )


@page_publique
def quartier(request, code):
    """A quartier: where, how many people, from which source, what was funded there."""
    territoire = geographie.lire(request.parution)
    quartier = territoire.quartier(code)
    if quartier is None:
        raise Http404
    projets = [s for s in soutiens.publies(territoire.quartiers) if quartier in s.quartiers]
    return render(
        request,
        "appels/public/quartiers/quartier.html",
        {
            "quartier": quartier,
            "carte": territoire.carte_de(code),
            "reperes": territoire.reperes,
            "communes": list(quartier.communes.all()),
            "indicateurs": quartier.indicateurs.publies(),
            "autres": [e for e in territoire.emblemes if e["quartier"] != quartier],
            "projets": projets[:PROJETS_MONTRES],
            "nombre": len(projets),
            "total": sum(s.total for s in projets),
            "repartition": soutiens.repartir(projets),
        },
    )


@page_publique
def situer(request):
    """« Suis-je dans un QPV ? »: a point of the map, coordinates or an address; nothing is kept."""
    form = SituerForm(request.GET if request.GET else None)
    territoire, situation, adresses, panne = geographie.lire(request.parution), None, [], False
    if form.is_bound and form.is_valid():
        if point := form.point():
            situation = situer_un_point(*point, territoire.quartiers)
        elif texte := form.cleaned_data["adresse"]:
            try:
                adresses = [
                    (a, situer_un_point(a.longitude, a.latitude, territoire.quartiers))
                    for a in geocodeur.chercher(texte)
                ]
            except geocodeur.GeocodeurIndisponible:
                panne = True
    vue = SurCarte.de(form, situation)
    erreurs = erreurs_de(form)
    reponse = render(
        request,
        "appels/public/quartiers/situer.html",
        {
            "form": form,
            "erreurs": erreurs,
            "erreurs_de_page": bool(erreurs),
            "situation": situation,
            "adresses": adresses,
            "panne": panne,
            "est_configure": geocodeur.est_configure(),
            "vue": vue,
            "sans_reponse": form.is_bound
            and not erreurs
            and not panne
            and situation is None
            and not adresses,
            "dossier": form.dossier(),
        },
        status=400 if erreurs else 200,
    )
    if form.is_bound:
        reponse["Cache-Control"] = "no-store"  # somebody's place, or a failure that will pass
    return reponse


@page_publique
def carte_svg(request):
    """The image to point at: the whole territory, or the surroundings of a point."""
    vue = SurCarte.lue(adresse.parametres(request, ("lat", "lon", "zoom")))
    territoire = geographie.lire(request.parution)
    dessin = carte.dessiner(territoire.communes, territoire.quartiers, cadre=vue.cadre)
    return render(
        request,
        "appels/public/quartiers/carte.svg",
        {"carte": dessin, "croix": vue.est_zoomee},
        content_type="image/svg+xml",
    )


def _entites(request) -> list[tuple[dict, dict]]:
    """(facts, contour) of each quartier: the same rows for every file."""
    return [
        (
            {
                "code": q.code,
                "nom": q.nom,
                "communes": [str(c) for c in q.communes.all()],
                "population": q.population,
                "population_annee": q.population_annee,
                "population_source": str(q.source_population),
                "superficie_ha": float(q.superficie_ha),
                "contour_source": str(q.source_contour),
            },
            q.contour,
        )
        for q in geographie.lire(request.parution).quartiers
    ]


@page_publique
def quartiers_geojson(request):
    """The six contours, to reuse."""
    contenu = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": faits, "geometry": contour}
            for faits, contour in _entites(request)
        ],
    }
    return HttpResponse(
        json.dumps(contenu, ensure_ascii=False), content_type="application/geo+json"
    )


def _cellule(valeur) -> str:
    """Lists in words, decimals with a comma."""
    if isinstance(valeur, list):
        return ", ".join(valeur)
    return str(valeur).replace(".", ",") if isinstance(valeur, float) else str(valeur)


@page_publique
def quartiers_csv(request):
    """The same rows as the table of the page."""
    entites = [faits for faits, _ in _entites(request)]
    lignes = [[_cellule(valeur) for valeur in faits.values()] for faits in entites]
    reponse = HttpResponse(
        exports.en_csv([*entites[:1], *lignes]), content_type="text/csv; charset=utf-8"
    )
    reponse["Content-Disposition"] = 'attachment; filename="quartiers.csv"'
    return reponse
