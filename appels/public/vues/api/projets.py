"""The projects granted: the rows of the page, with its filters, in the order of their numbers."""

from typing import Any, cast

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query

from appels.models import PartFinanceur, Soutien
from appels.models.soutien import SoutienQuerySet
from appels.public import curseur, fiches, formes, soutiens
from appels.public.vues.api.socle import ERREURS, adresse, api, en_euros, probleme, tranche
from appels.socle.requete import Requete
from quartiers import geographie, geometrie
from quartiers.horloge import a_paris
from quartiers.models import Quartier


def _demandes(request: HttpRequest, filtres: formes.Filtres) -> SoutienQuerySet:
    """The rows of the page, in the order of their numbers. Raises `BadRequest`."""
    offert = soutiens.catalogue(cast(Requete, request).parution)
    try:
        demande = soutiens.lire(filtres.model_dump(include=set(soutiens.FILTRES)), offert)
    except soutiens.FiltreInconnu as inconnu:
        raise BadRequest(
            f"Le filtre « {inconnu} » ne propose pas cette valeur. Ses valeurs sont dans les "
            "autres listes de l’API."
        ) from inconnu
    return soutiens.lignes(demande).order_by("numero")


def _lignes(request: HttpRequest, filtres: formes.Filtres) -> list[Soutien]:
    """One row more than a page, after the cursor."""
    rangs = _completes(_demandes(request, filtres))
    if depuis := curseur.lire(filtres.curseur, str):
        rangs = rangs.filter(numero__gt=depuis[0])
    return list(rangs[: filtres.taille + 1])


def _completes(rangs: SoutienQuerySet) -> SoutienQuerySet:
    return rangs.pour_lecture().prefetch_related("objectifs")


def _numero(soutien: Soutien) -> tuple[str]:
    return (soutien.numero,)


def _projet(soutien: Soutien) -> dict[str, Any]:
    return {
        "numero": soutien.numero,
        "adresse": adresse("appels:projet", soutien.numero),
        "annee": soutien.annee,
        "titre": str(soutien),
        "organisme": {"identifiant": soutien.porteur_id, "nom": str(soutien.porteur)},
        "axe": soutien.axe.cle if soutien.axe else None,
        "objectifs": [str(objectif) for objectif in soutien.objectifs.all()],
        "quartiers": [
            {
                "code": place.quartier.code,
                "nom": str(place.quartier),
                "part_estimee_euros": en_euros(place.montant),
            }
            for place in soutien.places.all()
        ],
        "communes": [str(commune) for commune in soutien.communes.all()],
        "financeurs": [_part(part) for part in soutien.parts.all()],
        "total_euros": en_euros(soutien.total),
        "hors_quartier_euros": en_euros(soutien.hors_quartier),
        "mesures": _mesures(soutien),
        "debut_le": soutien.debut_le and soutien.debut_le.isoformat(),
        "fin_le": soutien.fin_le and soutien.fin_le.isoformat(),
        "maj_le": a_paris(soutien.maj_le).isoformat(),
    }


def _mesures(soutien: Soutien) -> list[dict[str, Any]]:
    return [
        {"nom": nom, "cible": float(cible), "unite": unite} for nom, cible, unite in soutien.mesures
    ]


def _part(part: PartFinanceur) -> dict[str, Any]:
    return {
        "nom": part.nom,
        "montant_euros": en_euros(part.montant),
        "etat": part.etat.value,
        "publie_le": a_paris(part.publiee_le).isoformat(),
        "note": part.note,
    }


@api.get(
    "projets",
    response={200: formes.Tranche[formes.Projet], **ERREURS},
    summary="Les projets soutenus",
    operation_id="projets",
)
def projets(request: HttpRequest, filtres: Query[formes.Filtres]) -> dict[str, Any]:
    page = tranche(request, _lignes(request, filtres), filtres.taille, _numero)
    return {**page, "resultats": [_projet(soutien) for soutien in page["resultats"]]}


@api.get(
    "projets.geojson",
    response={200: formes.CarteDesProjets, **ERREURS},
    summary="Les mêmes, en GeoJSON : le milieu de chacun de leurs quartiers",
    operation_id="projets_geojson",
)
def projets_geojson(request: HttpRequest, filtres: Query[formes.Filtres]) -> dict[str, Any]:
    page = tranche(request, _lignes(request, filtres), filtres.taille, _numero)
    territoire = geographie.lire(cast(Requete, request).parution)
    milieux = {quartier.pk: _milieu(quartier) for quartier in territoire.quartiers}
    entites = []
    for soutien in page.pop("resultats"):
        points = [milieux[place.quartier_id] for place in soutien.places.all()]
        geometrie_publique = {"coordinates": points} if points else None
        entites.append(
            {
                "id": soutien.numero,
                "properties": _projet(soutien),
                "geometry": geometrie_publique,
            }
        )
    return {**page, "features": entites}


def _milieu(quartier: Quartier) -> list[float]:
    """Longitude, latitude; ten metres are enough to show a quartier."""
    return [round(degres, 4) for degres in geometrie.centre(quartier.contour)]


@api.get(
    "projets/{numero}",
    response={200: formes.Projet, **ERREURS, 410: formes.Probleme},
    summary="Un projet soutenu",
    operation_id="projet",
)
def projet(request: HttpRequest, numero: str) -> dict[str, Any] | HttpResponse:
    soutien = _completes(Soutien.objects.filter(numero=numero)).first()
    if soutien is not None:
        return _projet(soutien)
    if retrait := fiches.pourquoi_retire(numero):
        return probleme(410, f"Ce projet n’est plus public. {retrait.raison}")
    raise Http404("Aucun projet soutenu ne porte ce numéro.")


@api.get(
    "mesures",
    response={200: formes.Tranche[formes.MesureDeProjet], **ERREURS},
    summary="Ce que les projets soutenus visent, en nombre",
    operation_id="mesures",
)
def mesures(request: HttpRequest, filtres: Query[formes.Filtres]) -> dict[str, Any]:
    """Each project has one at least: so many projects hold a page of them, and one more."""
    rangs = _demandes(request, filtres).exclude(mesures=[])
    depuis = curseur.lire(filtres.curseur, str, int)
    if depuis:
        rangs = rangs.filter(numero__gte=depuis[0])
    lignes = [
        {
            "projet": soutien.numero,
            "adresse": adresse("appels:projet", soutien.numero),
            "annee": soutien.annee,
            "titre": str(soutien),
            "rang": rang,
            **mesure,
        }
        for soutien in rangs[: filtres.taille + 2]
        for rang, mesure in enumerate(_mesures(soutien), 1)
    ]
    suites = curseur.trancher(lignes, depuis, filtres.taille, _cle_de_mesure)
    return tranche(request, suites, filtres.taille, _cle_de_mesure)


def _cle_de_mesure(ligne: dict[str, Any]) -> tuple[str, int]:
    return ligne["projet"], ligne["rang"]
