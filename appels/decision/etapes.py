"""How far each funder of a dossier is, for who reads: what it keeps for itself shows to itself
alone.
"""

from dataclasses import dataclass

from django.db import models

from appels.models import Avis, Dossier, Financement, Lettre
from partenaires.models import Utilisateur
from partenaires.socle import droits


class Etape(models.TextChoices):
    """The stages of a funder on a dossier, in their order."""

    ATTENDU = "attendu", "Avis attendu"
    PRIVE = "prive", "Avis en préparation"
    PARTAGE = "partage", "Avis partagé"
    DECIDE = "decide", "Décidé"
    NOTIFIE = "notifie", "Notifié"


@dataclass(frozen=True)
class Avancement:
    financement: Financement
    etape: Etape


def avancements(dossier: Dossier, avis: list[Avis], utilisateur: Utilisateur) -> list[Avancement]:
    """One a funder asked, in the order of the budget. `avis`: those that this person may read. Two
    queries.

    A decision not notified yet shows to the service and to the funder that took it.
    """
    lus = {a.partenaire_id: a for a in avis}
    demandes = (
        dossier.financements.filter(partenaire__isnull=False)
        .select_related("partenaire")
        .annotate(
            notifie=models.Exists(
                Lettre.objects.liberees().filter(financement=models.OuterRef("pk"))
            )
        )
    )
    tout = droits.est_agent(utilisateur)
    return [
        Avancement(
            d,
            _etape(
                d,
                lus.get(d.partenaire_id),
                tout or bool(droits.roles(utilisateur, d.partenaire_id)),
            ),
        )
        for d in demandes
    ]


def _etape(demande: Financement, avis: Avis | None, decision_lisible: bool) -> Etape:
    if demande.notifie:
        return Etape.NOTIFIE
    if demande.decision and decision_lisible:
        return Etape.DECIDE
    if avis is None or not (avis.sens or avis.partage_le):
        return Etape.ATTENDU
    return Etape.PARTAGE if avis.partage_le else Etape.PRIVE
