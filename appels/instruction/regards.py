"""What a row of the list says to its reader alone: what is asked of their funder, what it answered,
the scores that they may read.
"""

from typing import Any

from django.db import models

from appels.models import Avis, Financement, Sens
from appels.models.dossiers import DossierQuerySet
from appels.socle import notes
from appels.socle.balises.notes import une_decimale
from partenaires.models import Utilisateur
from partenaires.models.appartenance import ROLES_FINANCEUR
from partenaires.socle import droits

CE_DOSSIER = models.OuterRef("pk")
DossierVu = Any  # a `Dossier` that carries what `annoter` computed


def annoter(dossiers: DossierQuerySet, lecteur: Utilisateur) -> DossierQuerySet:
    """The same, each with what this person reads of it; what no column asks is not computed."""
    if droits.est_agent(lecteur):
        return dossiers.annotate(
            note=notes.lisible_en_base(lecteur), lectures_rendues=notes.rendues_en_base()
        )
    siens = [
        appartenance.partenaire_id
        for appartenance in lecteur.mes_appartenances
        if appartenance.roles & set(ROLES_FINANCEUR)
    ]
    demandes = Financement.objects.filter(dossier=CE_DOSSIER, partenaire__in=siens)
    avis = Avis.objects.filter(dossier=CE_DOSSIER, partenaire__in=siens)
    return dossiers.annotate(
        a_nous=_somme(demandes, "montant"),
        vote_par_nous=_somme(demandes, "montant_vote"),
        notre_avis=models.Subquery(avis.values("sens")[:1]),
        notre_montant=_somme(avis, "montant_propose"),
        notre_partage=models.Subquery(avis.values("partage_le")[:1]),
    )


def _somme(lignes: models.QuerySet[Any], champ: str) -> models.Subquery:
    """In cents; null when no line says it."""
    par_dossier = lignes.order_by().values("dossier").annotate(n=models.Sum(champ)).values("n")
    return models.Subquery(par_dossier, output_field=models.BigIntegerField())


def notre_avis(dossier: DossierVu) -> str:
    """« Favorable », « Favorable, pas encore partagé », empty while nothing is written."""
    if not dossier.notre_avis:
        return ""
    mot = str(Sens(dossier.notre_avis).label)
    return mot if dossier.notre_partage else f"{mot}, pas encore partagé"


def note(dossier: DossierVu) -> str:
    """« 11,3 », out of 20; empty while nothing is scored, or not to be read yet."""
    if dossier.note is None:
        return ""
    return une_decimale(notes.arrondie(dossier.note))


def lectures(dossier: DossierVu) -> str:
    """« 2 sur 3 », « 2 » where the call awaits no number."""
    attendues = dossier.appel.lectures_attendues
    if attendues is None:
        return str(dossier.lectures_rendues)
    return f"{dossier.lectures_rendues} sur {attendues}"
