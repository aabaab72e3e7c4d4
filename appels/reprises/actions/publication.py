"""What a file of past years grants becomes public, labelled « données reprises »; and back."""

from datetime import datetime

from django.db import transaction

from appels.models import ACCORDS, DecisionPrise, Publication, Reprise
from appels.models.reprise import RepriseAilleurs
from appels.reprises.actions.application import exiger_d_etre_dehors, verrouiller_les_reprises
from appels.socle import droits, soutiens
from partenaires.models import Utilisateur


@transaction.atomic
def liberer(reprise: Reprise, *, par: Utilisateur, recu_le: datetime) -> int:
    """Everybody reads its grants; how many. Asked twice, done once.

    Raises `RepriseAilleurs`, and `SaPropreReprise` for a member of one of its organisations.
    """
    droits.peut_appliquer_une_reprise.exiger(par)
    tenue = verrouiller_les_reprises(reprise)
    if not tenue.est_appliquee:
        raise RepriseAilleurs(tenue.entre_temps())
    a_publier = list(
        DecisionPrise.objects.courantes()
        .filter(financement__reprise__reprise=tenue, decision__in=ACCORDS)
        .exclude(pk__in=Publication.objects.vives().values("prise"))
        .select_related("financement__dossier__porteur")
    )
    exiger_d_etre_dehors({prise.financement.dossier.porteur for prise in a_publier}, par)
    remplacees = Publication.objects.vives().filter(
        prise__financement__in=[prise.financement_id for prise in a_publier]
    )
    remplacees.update(retiree_le=recu_le, retiree_par=par, motif_retrait="Remplacée")
    Publication.objects.bulk_create(
        Publication(prise=prise, par=par, le=recu_le) for prise in a_publier
    )
    tenue.liberee_par, tenue.liberee_le = par, recu_le
    tenue.save(update_fields=["liberee_par", "liberee_le"])
    soutiens.renouveler([prise.financement.dossier_id for prise in a_publier], recu_le)
    return len(a_publier)


@transaction.atomic
def retirer(reprise: Reprise, *, par: Utilisateur, recu_le: datetime) -> None:
    """Nobody reads its grants any more; they may be released again. Raises `RepriseAilleurs`."""
    droits.peut_appliquer_une_reprise.exiger(par)
    tenue = verrouiller_les_reprises(reprise)
    if not tenue.est_publique:
        raise RepriseAilleurs("Cette reprise n’est pas publique : rien n’a changé.")
    siennes = Publication.objects.vives().filter(prise__financement__reprise__reprise=tenue)
    dossiers = list(siennes.values_list("prise__financement__dossier", flat=True))
    siennes.update(
        retiree_le=recu_le, retiree_par=par, motif_retrait="Reprise retirée de la page publique"
    )
    tenue.liberee_par, tenue.liberee_le = None, None
    tenue.save(update_fields=["liberee_par", "liberee_le"])
    soutiens.renouveler(dossiers, recu_le)
