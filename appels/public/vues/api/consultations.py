"""What is asked of the residents: the consultations that everybody reads, and their counts."""

from datetime import datetime
from typing import Any, cast

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from ninja import Query

from appels.public import curseur, formes
from appels.public.vues.api.socle import ERREURS, adresse, api, tranche
from appels.socle.requete import Requete
from partenaires.models import Consultation, Contribution
from quartiers.horloge import a_paris


def _compte(contributions: "QuerySet[Contribution]") -> Coalesce:
    """How many of these each consultation has."""
    siennes = contributions.filter(consultation=OuterRef("pk")).order_by().values("consultation")
    nombre = siennes.annotate(combien=Count("pk")).values("combien")
    return Coalesce(Subquery(nombre, output_field=IntegerField()), 0)


def _consultation(consultation: Any, instant: datetime) -> dict[str, Any]:
    """`consultation`: annotated with its two counts."""
    etat = "close"
    if consultation.est_ouverte(instant):
        etat = "ouverte"
    elif consultation.est_a_venir(instant):
        etat = "a_venir"
    promis = consultation.reponse_promise_le
    return {
        "identifiant": consultation.adresse,
        "adresse": adresse("appels:consultation", consultation.adresse),
        "titre": consultation.titre,
        "question": consultation.question,
        "pourquoi": consultation.pourquoi,
        "etat": etat,
        "quartiers": [quartier.code for quartier in consultation.quartiers.all()],
        "axes": [axe.cle for axe in consultation.axes.all()],
        "ouvre_le": a_paris(consultation.ouvre_le).isoformat(),
        "ferme_le": consultation.ferme_le and a_paris(consultation.ferme_le).isoformat(),
        "reponse_promise_le": promis and promis.isoformat(),
        "contributions": consultation.lues,
        "repondues": consultation.repondues,
    }


def _cle(ligne: dict[str, Any]) -> tuple[str]:
    return (ligne["identifiant"],)


@api.get(
    "consultations",
    response={200: formes.Tranche[formes.Consultation], **ERREURS},
    summary="Les consultations des habitantes et des habitants",
    operation_id="consultations",
)
def consultations(request: HttpRequest, page: Query[formes.Page]) -> dict[str, Any]:
    publiques = Contribution.objects.publiques()
    rangs = (
        Consultation.objects.publiees()
        .annotate(lues=_compte(publiques), repondues=_compte(publiques.repondues()))
        .prefetch_related("quartiers", "axes")
        .order_by("adresse")
    )
    if depuis := curseur.lire(page.curseur, str):
        rangs = rangs.filter(adresse__gt=depuis[0])
    instant = cast(Requete, request).recu_le
    lignes = [_consultation(une, instant) for une in rangs[: page.taille + 1]]
    return tranche(request, lignes, page.taille, _cle)
