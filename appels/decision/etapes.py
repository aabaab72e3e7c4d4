"""How far each funder of a dossier is; what it keeps for itself shows to itself alone."""

from dataclasses import dataclass

from django.db import models

from appels.models import Avis, Dossier, Financement, Lettre
from appels.socle.droits import lit_pour_le_service
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
    """A funder of a dossier and its stage."""

    financement: Financement
    etape: Etape


def avancements(dossier: Dossier, avis: list[Avis], utilisateur: Utilisateur) -> list[Avancement]:
    """One a funder asked, in the order of the budget; three queries.

    `avis`: those that this person may read. A decision not notified yet shows to the service and to
    the funder that took it.
    """
    par_financeur: dict[int | None, Avis] = {un.partenaire_id: un for un in avis}
    lettres = Lettre.objects.liberees().filter(financement=models.OuterRef("pk"))
    demandes: models.QuerySet[Financement] = dossier.financements.filter(partenaire__isnull=False)
    suivies = demandes.select_related("partenaire").annotate(notifiee=models.Exists(lettres))
    # That an opinion was shared is told before it may be read
    partages = set(
        Avis.objects.partages().filter(dossier=dossier).values_list("partenaire", flat=True)
    )
    lit_tout = lit_pour_le_service(utilisateur, dossier)
    etapes = []
    for demande in suivies:
        lisible = lit_tout or droits.lit_pour_ce_financeur(utilisateur, demande.partenaire_id)
        etape = _etape(
            demande,
            par_financeur.get(demande.partenaire_id),
            est_partage=demande.partenaire_id in partages,
            est_notifiee=demande.notifiee,
            decision_lisible=lisible,
        )
        etapes.append(Avancement(demande, etape))
    return etapes


def _etape(
    demande: Financement,
    avis: Avis | None,
    *,
    est_partage: bool,
    est_notifiee: bool,
    decision_lisible: bool,
) -> Etape:
    """How far one funder is: a letter out, a decision, an opinion shared or kept, nothing yet.

    A decision that the reader may not read counts for none.
    """
    if est_notifiee:
        return Etape.NOTIFIE
    if demande.decision and decision_lisible:
        return Etape.DECIDE
    if est_partage:
        return Etape.PARTAGE
    return Etape.PRIVE if avis and avis.sens else Etape.ATTENDU
