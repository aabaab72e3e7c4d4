"""What is kept of a word, and how long: a row of its consultation says it; empty, it is kept.

Run by a task as often as one likes: a word or an address is erased once.
"""

import logging
from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Q

from partenaires.concertation import oubli, sorties
from partenaires.models import Consultation, Contribution, Reponse, Signalement

journal = logging.getLogger(__name__)

PAR_TOUR = 200  # words: a long delay that ends does not hold the worker


def appliquer(instant: datetime) -> int:
    """Erase what is due at `instant`; gives how many words and addresses."""
    nombre = 0
    for consultation in Consultation.objects.filter(
        Q(conservation_des_textes__isnull=False) | Q(conservation_des_courriels__isnull=False)
    ):
        nombre += _oublier_les_textes(consultation, instant)
        nombre += _oublier_les_courriels(consultation, instant)
    nombre += oubli.oublier_les_restes()
    if nombre:
        journal.info("%s paroles et adresses effacées : leur conservation est finie.", nombre)
    return nombre


def _est_passe(depart: datetime | None, mois: int | None, instant: datetime) -> bool:
    """`mois` calendar months after `depart`; never without one or the other."""
    if depart is None or mois is None:
        return False
    return depart + relativedelta(months=mois) <= instant


def _oublier_les_textes(consultation: Consultation, instant: datetime) -> int:
    """So long after the end, the words go: their type, their place and their answer stay."""
    if not _est_passe(consultation.fin, consultation.conservation_des_textes, instant):
        return 0
    gardees = Contribution.objects.filter(consultation=consultation, effacee_le__isnull=True)
    nombre = 0
    for pk in list(gardees.values_list("pk", flat=True)[:PAR_TOUR]):
        with transaction.atomic():
            ligne = Contribution.objects.select_for_update().get(pk=pk)
            if ligne.effacee_le:
                continue
            oubli.oublier(ligne, le=instant)
            sorties.noter(ligne, le=instant)
            nombre += 1
    return nombre


def _oublier_les_courriels(consultation: Consultation, instant: datetime) -> int:
    """So long after the answer or the refusal, the address goes, and what was sent there."""
    mois = consultation.conservation_des_courriels
    if mois is None:
        return 0
    avec_adresse = Contribution.objects.filter(consultation=consultation).exclude(courriel="")
    nombre = 0
    for pk in list(avec_adresse.values_list("pk", flat=True)):
        with transaction.atomic():
            ligne = Contribution.objects.select_for_update().get(pk=pk)
            if ligne.courriel and _est_passe(_derniere_nouvelle(ligne), mois, instant):
                oubli.oublier_l_adresse(ligne)
                nombre += 1
    return nombre + _oublier_qui_a_signale(consultation, mois, instant)


def _derniere_nouvelle(contribution: Contribution) -> datetime | None:
    """When its author was told the last word; None while one is still owed."""
    if contribution.recours.filter(tranche_le__isnull=True).exists():
        return None
    if contribution.est_repondue:
        return Reponse.objects.get(contribution=contribution).le
    if contribution.est_ecartee:
        recours = contribution.recours.order_by("-tranche_le").first()
        passage = contribution.moderations.last()
        assert passage  # it is put aside by one
        return recours.tranche_le if recours and recours.tranche_le else passage.le
    return None


def _oublier_qui_a_signale(consultation: Consultation, mois: int, instant: datetime) -> int:
    """Who sent a notice, so long after its decision."""
    nombre = 0
    decides = Signalement.objects.filter(
        contribution__consultation=consultation, tranche_le__isnull=False
    ).exclude(nom="", courriel="", explication="")
    for pk in list(decides.values_list("pk", flat=True)):
        with transaction.atomic():
            signalement = Signalement.objects.select_for_update().get(pk=pk)
            if _est_passe(signalement.tranche_le, mois, instant):
                oubli.oublier_qui_a_signale(signalement)
                nombre += 1
    return nombre
