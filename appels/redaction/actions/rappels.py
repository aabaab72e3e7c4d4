"""Reminders: beat wakes, the database decides, one row per draft and step."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from appels.models import Appel, Complement, Dossier, Rappel
from appels.socle import completude, courriels
from partenaires.models import Role, Utilisateur
from quartiers.horloge import PARIS, a_paris

journal = logging.getLogger(__name__)
HEURES_AVANT = 2
JOURS_DAUPHIN = (7, 21)
AVANT_LE_DELAI = timedelta(days=3)
PALIER_COMPLEMENT = "C-3"
Palier = tuple[datetime, str]  # the instant when it is due, its name


def paliers(appel: Appel) -> list[Palier]:
    """Each step of a call that closes, in order; days are counted on the Paris clock."""
    if appel.ferme_le is None:
        return []
    au_mur = a_paris(appel.ferme_le).replace(tzinfo=None)
    dus = [(appel.ferme_le - timedelta(hours=HEURES_AVANT), f"H-{HEURES_AVANT}")]
    for jours in appel.jours_rappel:
        du_le = au_mur - timedelta(days=jours)
        dus.append((du_le.replace(tzinfo=PARIS), f"J-{jours}"))
    return sorted(dus)


def palier_du(appel: Appel, instant: datetime) -> Palier | None:
    """The most recent step due: a late wake-up sends this one only."""
    dus = [palier for palier in paliers(appel) if palier[0] <= instant]
    return dus[-1] if dus else None


def _rappeler_chacun(cles: Iterable[int], rappeler_un: Callable[[int], bool], quoi: str) -> int:
    """How many were reminded; one that fails stops nobody, and says so in the log."""
    envoyes = 0
    for pk in cles:
        try:
            envoyes += rappeler_un(pk)
        except Exception:
            journal.exception("%s %s a échoué", quoi, pk)
    return envoyes


def rappeler(instant: datetime) -> int:
    """Remind every draft of the open calls; how many were reminded.

    What came on paper is for the service to finish: nobody of the organisation is told to.
    """
    envoyes = 0
    for appel in Appel.objects.ouverts(instant):
        palier = palier_du(appel, instant)
        if palier is None or appel.ferme_le is None:
            continue
        du_le, nom = palier
        deja = Rappel.objects.filter(echeance=appel.ferme_le, palier=nom).values("dossier_id")
        restants = (
            appel.dossiers.non_deposes()
            .filter(cree_le__lte=du_le, papier_recu_le=None)
            .exclude(pk__in=deja)
        )
        rappeler_un = partial(rappeler_un_dossier, appel=appel, palier=nom, instant=instant)
        envoyes += _rappeler_chacun(
            restants.values_list("pk", flat=True), rappeler_un, f"Le rappel {nom} du dossier"
        )
    return envoyes


@transaction.atomic
def rappeler_un_dossier(pk: int, appel: Appel, palier: str, instant: datetime) -> bool:
    """Claim the row, then write the mails, in one transaction; False when nothing is to be done."""
    dossier = Dossier.objects.select_for_update(of=("self",)).filter(pk=pk).non_deposes().first()
    if dossier is None or appel.ferme_le is None:
        return False
    if dossier.rappels.filter(echeance=appel.ferme_le, palier=palier).exists():
        return False
    dossier.appel = appel
    manques = completude.bloquants(Dossier.objects.pour_completude().get(pk=pk))
    pour_signature = dossier.attend_une_signature and not manques
    rappel = Rappel.objects.create(
        dossier=dossier,
        echeance=appel.ferme_le,
        palier=palier,
        pour_signature=pour_signature,
        destinataires=_adresses(dossier, pour_signature=pour_signature),
        cree_le=instant,
    )
    courriels.rappel(rappel, manques)
    return True


def rappeler_dauphin(instant: datetime) -> int:
    """Deposited here, the State asked, nothing received on Dauphin.

    Said again 7 then 21 days after the deposit.
    """
    envoyes = 0
    for jours in sorted(JOURS_DAUPHIN, reverse=True):
        palier = f"DA+{jours}"
        du_le = instant - timedelta(days=jours)
        dus = Dossier.objects.sans_dauphin().filter(
            depose_le__lte=du_le, depose_le__gt=du_le - timedelta(days=min(JOURS_DAUPHIN))
        )
        restants = dus.exclude(rappels__palier=palier)
        rappeler_un = partial(_rappeler_dauphin, palier=palier, instant=instant)
        envoyes += _rappeler_chacun(
            restants.values_list("pk", flat=True), rappeler_un, f"Le rappel {palier} du dossier"
        )
    return envoyes


@transaction.atomic
def _rappeler_dauphin(pk: int, palier: str, instant: datetime) -> bool:
    dossier = Dossier.objects.select_for_update(of=("self",)).sans_dauphin().filter(pk=pk).first()
    if dossier is None or dossier.depose_le is None:
        return False
    if dossier.rappels.filter(palier=palier).exists():
        return False
    rappel = Rappel.objects.create(
        dossier=dossier,
        echeance=dossier.depose_le,
        palier=palier,
        destinataires=_adresses(dossier, pour_signature=False),
        cree_le=instant,
    )
    courriels.dauphin(rappel)
    return True


def rappeler_complements(instant: datetime) -> int:
    """The service waits for an answer and its deadline comes: said once, three days before."""
    dus = Complement.objects.en_cours().filter(
        avant_le__gt=instant,
        avant_le__lte=instant + AVANT_LE_DELAI,
        demande_le__lte=instant - AVANT_LE_DELAI,
    )
    return _rappeler_chacun(
        dus.values_list("pk", flat=True),
        partial(_rappeler_complement, instant=instant),
        "Le rappel de la demande de compléments",
    )


@transaction.atomic
def _rappeler_complement(pk: int, instant: datetime) -> bool:
    complement = Complement.objects.en_cours().filter(pk=pk).first()
    if complement is None:
        return False
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=complement.dossier_id)
    if not dossier.attend_un_complement(instant):
        return False
    if dossier.rappels.filter(palier=PALIER_COMPLEMENT, echeance=complement.avant_le).exists():
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


def _adresses(dossier: Dossier, *, pour_signature: bool) -> list[str]:
    """Of the signatories when only the attestation is missing, else of everybody who writes."""
    roles = [Role.SIGNATAIRE]
    if not pour_signature:
        roles += [Role.ADMINISTRATEUR, Role.REDACTEUR]
    membres = dossier.porteur.appartenances.actives().avec_role(*roles)
    personnes = Utilisateur.objects.filter(is_active=True, appartenances__in=membres).distinct()
    return [personne.email for personne in personnes]
