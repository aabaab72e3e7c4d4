"""Reminders: beat wakes, the database decides, one row per draft and step."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

from django.db import models, transaction

from appels.models import Appel, Complement, Dossier, Financement, Rappel, Version
from appels.models.rappel import PALIER_COMPLEMENT, PALIER_NON_DEPOSE, PALIER_NOUVEAU
from appels.socle import completude, courriels, courriels_complements
from appels.socle.droits import REDIGENT
from partenaires.models import Role
from quartiers.horloge import PARIS, a_paris

journal = logging.getLogger(__name__)
HEURES_AVANT = 2
JOURS_DAUPHIN = (7, 21)
AVANT_LE_DELAI = timedelta(days=3)
LONGTEMPS = timedelta(days=7)  # what is older was known otherwise
Palier = tuple[datetime, str]  # the instant when it is due, its name


def paliers(appel: Appel, ferme_le: datetime | None = None) -> list[Palier]:
    """Each step before a call closes, or before the date given to one draft, in order.

    Days are counted on the Paris clock.
    """
    borne = ferme_le or appel.ferme_le
    if borne is None:
        return []
    au_mur = a_paris(borne).replace(tzinfo=None)
    dus = [(borne - timedelta(hours=HEURES_AVANT), f"H-{HEURES_AVANT}")]
    for jours in appel.jours_rappel:
        du_le = au_mur - timedelta(days=jours)
        dus.append((du_le.replace(tzinfo=PARIS), f"J-{jours}"))
    return sorted(dus)


def palier_du(appel: Appel, instant: datetime, ferme_le: datetime | None = None) -> Palier | None:
    """The most recent step due: a late wake-up sends this one only.

    Of a date given to one draft, only the steps after the closing of the call: before, it was
    reminded with the others.
    """
    dus = [
        palier
        for palier in paliers(appel, ferme_le)
        if palier[0] <= instant
        and (ferme_le is None or appel.ferme_le is None or palier[0] > appel.ferme_le)
    ]
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
            .exclude(prolonge_jusqu_a__gt=appel.ferme_le)
            .exclude(corrige__a_completer_avant__gt=instant)  # `rappeler_complements`
        )
        rappeler_un = partial(rappeler_un_dossier, appel=appel, palier=nom, instant=instant)
        envoyes += _rappeler_chacun(
            restants.values_list("pk", flat=True), rappeler_un, f"Le rappel {nom} du dossier"
        )
    return envoyes


def rappeler_les_prolonges(instant: datetime) -> int:
    """Remind the drafts whose organisation was given its own date, of that date."""
    prolonges = (
        Dossier.objects.non_deposes()
        .filter(
            models.Q(prolonge_jusqu_a__gt=models.F("appel__ferme_le")),
            prolonge_jusqu_a__gt=instant,
            papier_recu_le=None,
        )
        .exclude(corrige__a_completer_avant__gt=instant)
        .select_related("appel")
    )
    envoyes = 0
    for dossier in prolonges:
        palier = palier_du(dossier.appel, instant, dossier.prolonge_jusqu_a)
        if palier is None:
            continue
        rappeler_un = partial(
            rappeler_un_dossier,
            appel=dossier.appel,
            palier=palier[1],
            instant=instant,
            ferme_le=dossier.prolonge_jusqu_a,
        )
        envoyes += _rappeler_chacun([dossier.pk], rappeler_un, f"Le rappel {palier[1]} du dossier")
    return envoyes


@transaction.atomic
def rappeler_un_dossier(
    pk: int,
    appel: Appel,
    palier: str,
    instant: datetime,
    ferme_le: datetime | None = None,
) -> bool:
    """Claim the row, then write the mails, in one transaction; False when nothing is to be done.

    `ferme_le`: the date given to this draft; by default that of the call.
    """
    dossier = Dossier.objects.select_for_update(of=("self",)).filter(pk=pk).non_deposes().first()
    borne = ferme_le or appel.ferme_le
    if dossier is None or borne is None:
        return False
    if ferme_le and dossier.prolonge_jusqu_a != ferme_le:  # it changed meanwhile
        return False
    if dossier.rappels.filter(echeance=borne, palier=palier).exists():
        return False
    dossier.appel = appel
    manques = completude.bloquants(Dossier.objects.pour_completude().get(pk=pk))
    pour_signature = dossier.attend_une_signature and not manques
    rappel = Rappel.objects.create(
        dossier=dossier,
        echeance=borne,
        palier=palier,
        pour_signature=pour_signature,
        destinataires=_adresses(dossier, pour_signature=pour_signature),
        cree_le=instant,
    )
    courriels.rappel(rappel, manques)
    return True


def dire_les_non_deposes(instant: datetime) -> int:
    """The closing passed before the deposit: the writers are told, once.

    Only what closed lately: nobody is written to about calls of the past.
    """
    clos = (
        Dossier.objects.non_deposes()
        .filter(appel__ferme_le__lte=instant, papier_recu_le=None)
        .exclude(rappels__palier=PALIER_NON_DEPOSE)
        .select_related("appel", "corrige__appel")
    )
    cles = [
        dossier.pk
        for dossier in clos
        if dossier.est_non_depose(instant) and _vient_de_fermer(dossier, instant)
    ]
    dire_un = partial(_dire_non_depose, instant=instant)
    return _rappeler_chacun(cles, dire_un, "Dire « non déposé » du dossier")


def _vient_de_fermer(dossier: Dossier, instant: datetime) -> bool:
    return dossier.ferme_le is not None and dossier.ferme_le > instant - LONGTEMPS


@transaction.atomic
def _dire_non_depose(pk: int, instant: datetime) -> bool:
    """Tell, once, that the call closed on this draft; False when somebody was first."""
    dossier = Dossier.objects.select_for_update(of=("self",)).filter(pk=pk).non_deposes().first()
    if dossier is None or dossier.ferme_le is None or not dossier.est_non_depose(instant):
        return False
    if dossier.rappels.filter(palier=PALIER_NON_DEPOSE).exists():
        return False
    rappel = Rappel.objects.create(
        dossier=dossier,
        echeance=dossier.ferme_le,
        palier=PALIER_NON_DEPOSE,
        destinataires=_adresses(dossier, pour_signature=False),
        cree_le=instant,
    )
    courriels.non_depose(rappel)
    return True


def annoncer_les_demandes(instant: datetime) -> int:
    """New requests: told once to each funder that is asked, whichever version asks it, and once to
    the agents, by their summary.

    Dated by the act of deposit: what came on paper may have been received long before. Not in the
    transaction of the deposit: at the hour of the closing nobody waits for it.
    """
    recentes = Version.objects.filter(
        dossier=models.OuterRef("pk"), figee_le__gt=instant - LONGTEMPS
    )
    dits = Rappel.objects.filter(dossier=models.OuterRef("pk"), palier=PALIER_NOUVEAU)
    nouveaux = (
        Dossier.objects.en_course()
        .filter(models.Exists(recentes))
        .filter(~models.Exists(dits) | models.Exists(_sans_annonce(models.OuterRef("pk"))))
    )
    annoncer_un = partial(_annoncer_une_demande, instant=instant)
    return _rappeler_chacun(
        nouveaux.values_list("pk", flat=True), annoncer_un, "Annoncer la demande"
    )


def _sans_annonce(dossier: int | models.OuterRef) -> models.QuerySet[Financement]:
    """What a dossier asks of funders who were not told."""
    dits = Rappel.objects.filter(
        dossier=models.OuterRef("dossier"),
        palier=PALIER_NOUVEAU,
        financeurs=models.OuterRef("partenaire"),
    )
    demandes = Financement.objects.filter(dossier=dossier, partenaire__isnull=False)
    return demandes.filter(~models.Exists(dits))


@transaction.atomic
def _annoncer_une_demande(pk: int, instant: datetime) -> bool:
    """Tell, once, the service and each funder that a request came; False when all were told."""
    dossier = Dossier.objects.select_for_update(of=("self",)).filter(pk=pk).en_course().first()
    if dossier is None:
        return False
    version = dossier.versions.latest("rang")
    financeurs = set(_sans_annonce(pk).values_list("partenaire", flat=True))
    adresses = set(courriels.qui_instruit(dossier, financeurs))
    if not dossier.rappels.filter(palier=PALIER_NOUVEAU).exists():
        adresses |= set(courriels.agents_charges(dossier))
    elif not financeurs:
        return False
    rappel, _cree = Rappel.objects.get_or_create(
        dossier=dossier,
        echeance=version.figee_le,
        palier=PALIER_NOUVEAU,
        defaults={"cree_le": instant},
    )
    rappel.financeurs.add(*financeurs)
    rappel.destinataires = sorted({*rappel.destinataires, *adresses})
    rappel.save(update_fields=["destinataires"])
    courriels.nouvelle_demande(rappel)
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
    """Remind, once a step, that the State has received nothing on Dauphin (rule R14)."""
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
    """Remind, once a deadline, of what the service asked; False when it waits no more."""
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
    courriels_complements.rappel(rappel, complement)
    return True


def _adresses(dossier: Dossier, *, pour_signature: bool) -> list[str]:
    """Of the signatories when only the attestation is missing, else of everybody who writes."""
    roles = [Role.SIGNATAIRE] if pour_signature else [*REDIGENT]
    return courriels.lecteurs(dossier, *roles)
