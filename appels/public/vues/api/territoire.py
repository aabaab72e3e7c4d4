"""Quartiers, axes, calls, funders: the short lists."""

from typing import Any, cast

from django.http import HttpRequest
from ninja import Query

from appels.models import Appel
from appels.public import calendrier, curseur, formes, soutiens
from appels.public.vues.api.socle import ERREURS, adresse, api, en_euros, tranche
from appels.socle.requete import Requete
from partenaires.models import Partenaire
from partenaires.socle import demonstration
from quartiers import geographie
from quartiers.models import Axe, Quartier


def _quartier(quartier: Quartier) -> dict[str, Any]:
    return {**quartier.faits(), "adresse": adresse("appels:quartier", quartier.code)}


def _code(ligne: dict[str, Any]) -> tuple[str]:
    return (ligne["code"],)


@api.get(
    "quartiers",
    response={200: formes.Tranche[formes.Quartier], **ERREURS},
    summary="Les quartiers prioritaires",
    operation_id="quartiers",
)
def quartiers(request: HttpRequest, page: Query[formes.Page]) -> dict[str, Any]:
    territoire = geographie.lire(cast(Requete, request).parution)
    lignes = sorted((_quartier(quartier) for quartier in territoire.quartiers), key=_code)
    depuis = curseur.lire(page.curseur, str)
    return tranche(
        request, curseur.trancher(lignes, depuis, page.taille, _code), page.taille, _code
    )


@api.get(
    "quartiers.geojson",
    response={200: formes.CarteDesQuartiers, **ERREURS},
    summary="Leurs contours, en GeoJSON",
    operation_id="quartiers_geojson",
)
def quartiers_geojson(request: HttpRequest) -> dict[str, Any]:
    territoire = geographie.lire(cast(Requete, request).parution)
    return {
        "demonstration": demonstration.mention() or None,
        "features": [
            {"properties": _quartier(quartier), "geometry": quartier.contour}
            for quartier in territoire.quartiers
        ],
    }


def _cle_d_axe(ligne: dict[str, Any]) -> tuple[str]:
    return (ligne["cle"],)


@api.get(
    "axes",
    response={200: formes.Tranche[formes.Axe], **ERREURS},
    summary="Les axes du contrat et leurs objectifs",
    operation_id="axes",
)
def axes(request: HttpRequest, page: Query[formes.Page]) -> dict[str, Any]:
    lignes = [
        {
            "cle": axe.cle,
            "nom": axe.nom,
            "resume": axe.resume,
            "objectifs": [
                {
                    "identifiant": str(objectif.pk),
                    "rang": objectif.position,
                    "libelle": objectif.libelle,
                }
                for objectif in axe.objectifs.all()
                if objectif.est_publie
            ],
            "adresse": adresse("appels:axe", axe.cle),
        }
        for axe in Axe.objects.prefetch_related("objectifs").order_by("cle")
    ]
    depuis = curseur.lire(page.curseur, str)
    return tranche(
        request, curseur.trancher(lignes, depuis, page.taille, _cle_d_axe), page.taille, _cle_d_axe
    )


def _cle_d_appel(ligne: dict[str, Any]) -> tuple[int, str]:
    return -ligne["annee"], ligne["repere"]


@api.get(
    "appels",
    response={200: formes.Tranche[formes.Appel], **ERREURS},
    summary="Les appels à projets publiés et leurs dates",
    operation_id="appels",
)
def appels(request: HttpRequest, page: Query[formes.Page]) -> dict[str, Any]:
    publies = list(Appel.objects.publies())
    lignes = calendrier.en_donnees(publies, cast(Requete, request).recu_le)
    lignes.sort(key=_cle_d_appel)
    depuis = curseur.lire(page.curseur, int, str)
    return tranche(
        request,
        curseur.trancher(lignes, depuis, page.taille, _cle_d_appel),
        page.taille,
        _cle_d_appel,
    )


def _nom(ligne: dict[str, Any]) -> tuple[str]:
    return (ligne["nom"],)


@api.get(
    "financeurs",
    response={200: formes.Tranche[formes.Financeur], **ERREURS},
    summary="Les financeurs dont une décision est publique",
    operation_id="financeurs",
)
def financeurs(request: HttpRequest, page: Query[formes.Page]) -> dict[str, Any]:
    offres = soutiens.catalogue(cast(Requete, request).parution).offres["financeur"]
    comptes = {offre.cle: offre.compte for offre in offres}
    lignes = [
        {
            "nom": financeur.nom,
            "sigle": financeur.sigle,
            "siret": financeur.siret,
            "projets": comptes[financeur.pk].accordes_du_financeur,
            "montant_euros": en_euros(comptes[financeur.pk].montant_du_financeur),
            "fichier": adresse("appels:subventions_csv", financeur.pk)
            if financeur.publie_ses_subventions
            else None,
        }
        for financeur in Partenaire.objects.filter(pk__in=comptes)
    ]
    lignes.sort(key=_nom)
    depuis = curseur.lire(page.curseur, str)
    return tranche(request, curseur.trancher(lignes, depuis, page.taille, _nom), page.taille, _nom)
