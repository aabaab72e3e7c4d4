"""Reminders: beat wakes, the database decides, one row per draft and step."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from appels.models import Appel, Complement, Dossier, Rappel
from appels.socle import completude, courriels
from partenaires.models import Role, Utilisateur
from quartiers.horloge import PARIS, a_paris

journal = logging.getLogger(__name__)
HEURES_AVANT = 2
JOURS_DAUPHIN = (7, 21)
AVANT_LE_DELAI, PALIER_COMPLEMENT = timedelta(days=3), "C-3"


def paliers(appel: Appel) -> list[tuple[datetime, str]]:
    """(instant due, name) of each step of a call, in order; days are counted on the Paris clock."""
    mur = a_paris(appel.ferme_le).replace(tzinfo=None)
    dus = [
        ((mur - timedelta(days=jours)).replace(tzinfo=PARIS), f"J-{jours}")
        for jours in appel.jours_rappel
    ]
    return sorted([*dus, (appel.ferme_le - timedelta(hours=HEURES_AVANT), f"H-{HEURES_AVANT}")])


def palier_du(appel: Appel, instant: datetime) -> tuple[datetime, str] | None:
    """The most recent step due: a late wake-up sends this one only."""
    dus = [palier for palier in paliers(appel) if palier[0] <= instant]
    return dus[-1] if dus else None


def rappeler(instant: datetime) -> int:
    """Remind every draft of the open calls; how many were reminded. One bad draft stops nobody.

    What came on paper is for the service to finish: nobody of the organisation is told to.
    """
    envoyes = 0
    for appel in Appel.objects.ouverts(instant):
        if (palier := palier_du(appel, instant)) is None:
            continue
        du_le, nom = palier
        deja = Rappel.objects.filter(echeance=appel.ferme_le, palier=nom).values("dossier_id")
        restants = (
            appel.dossiers.non_deposes()
            .filter(cree_le__lte=du_le, papier_recu_le=None)
            .exclude(pk__in=deja)
        )
        for pk in restants.values_list("pk", flat=True):
            try:
                envoyes += rappeler_un_dossier(pk, appel, nom, instant)
            except Exception:
                journal.exception("Le rappel %s du dossier %s a échoué", nom, pk)
    return envoyes


@transaction.atomic
def rappeler_un_dossier(pk: int, appel: Appel, palier: str, instant: datetime) -> bool:
    """Claim the row, then write the mails, in one transaction; False when there is nothing to
    do.
    """
    dossier = Dossier.objects.select_for_update(of=("self",)).filter(pk=pk).non_deposes().first()
    if (
        dossier is None
        or Rappel.objects.filter(dossier=dossier, echeance=appel.ferme_le, palier=palier).exists()
    ):
        return False
    dossier.appel = appel
    manques = completude.bloquants(Dossier.objects.pour_completude().get(pk=pk))
    pour_signature = dossier.attend_une_signature and not manques
    adresses = [u.email for u in personnes_qui_peuvent_agir(dossier, pour_signature)]
    rappel = Rappel.objects.create(
        dossier=dossier,
        echeance=appel.ferme_le,
        palier=palier,
        pour_signature=pour_signature,
        destinataires=adresses,
        cree_le=instant,
    )
    courriels.rappel(rappel, manques)
    return True


def rappeler_dauphin(instant: datetime) -> int:
    """Deposited here, the State asked, nothing received on Dauphin: said again 7 then 21 days after
    the deposit.
    """
    envoyes = 0
    for jours in sorted(JOURS_DAUPHIN, reverse=True):
        palier, du_le = f"DA+{jours}", instant - timedelta(days=jours)
        dus = Dossier.objects.sans_dauphin().filter(
            depose_le__lte=du_le, depose_le__gt=du_le - timedelta(days=min(JOURS_DAUPHIN))
        )
        for pk in dus.exclude(rappels__palier=palier).values_list("pk", flat=True):
            try:
                envoyes += _rappeler_dauphin(pk, palier, instant)
            except Exception:
                journal.exception("Le rappel %s du dossier %s a échoué", palier, pk)
    return envoyes


@transaction.atomic
def _rappeler_dauphin(pk: int, palier: str, instant: datetime) -> bool:
    dossier = Dossier.objects.select_for_update(of=("self",)).sans_dauphin().filter(pk=pk).first()
    if dossier is None or dossier.rappels.filter(palier=palier).exists():
        return False
    adresses = [u.email for u in personnes_qui_peuvent_agir(dossier, False)]
    rappel = Rappel.objects.create(
        dossier=dossier,
        echeance=dossier.depose_le,
        palier=palier,
        destinataires=adresses,
        cree_le=instant,
    )
    courriels.dauphin(rappel)
    return True


def rappeler_complements(instant: datetime) -> int:
    """The service waits for an answer and its deadline comes: said once, three days before."""
    envoyes = 0
    dus = Complement.objects.en_cours().filter(
        avant_le__gt=instant,
        avant_le__lte=instant + AVANT_LE_DELAI,
        demande_le__lte=instant - AVANT_LE_DELAI,
    )
    for pk in dus.values_list("pk", flat=True):
        try:
            envoyes += _rappeler_complement(pk, instant)
        except Exception:
            journal.exception("Le rappel de la demande de compléments %s a échoué", pk)
    return envoyes


@transaction.atomic
def _rappeler_complement(pk: int, instant: datetime) -> bool:
    complement = Complement.objects.en_cours().select_related("dossier").filter(pk=pk).first()
    dossier = complement and Dossier.objects.select_for_update(of=("self",)).get(
        pk=complement.dossier_id
    )
    if (
        dossier is None
        or not dossier.attend_un_complement(instant)
        or dossier.rappels.filter(palier=PALIER_COMPLEMENT, echeance=complement.avant_le).exists()
    ):
        return False
    rappel = Rappel.objects.create(
        dossier=dossier,
        echeance=complement.avant_le,
        palier=PALIER_COMPLEMENT,
        cree_le=instant,
        destinataires=courriels.equipe(dossier),
    )
    courriels.rappel_complement(rappel, complement)
    return True


def personnes_qui_peuvent_agir(dossier: Dossier, pour_signature: bool):
    """Signatories when only the attestation is missing, else everybody who writes."""
    roles = (
        [Role.SIGNATAIRE]
        if pour_signature
        else [Role.ADMINISTRATEUR, Role.SIGNATAIRE, Role.REDACTEUR]
    )
    membres = dossier.porteur.appartenances.actives().filter(role__in=roles)
    return Utilisateur.objects.filter(is_active=True, appartenances__in=membres).distinct()
