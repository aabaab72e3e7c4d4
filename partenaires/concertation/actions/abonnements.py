"""To follow a quartier by mail: asked, confirmed, told once a day at most, stopped by one link."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from partenaires.concertation import courriels, reperes
from partenaires.concertation.oubli import oublier_un_abonnement
from partenaires.models import Abonnement, Contribution
from quartiers.models import Quartier

UN_JOUR = timedelta(hours=23)  # a beat that comes a little early does not skip a day
OUBLI = timedelta(days=7)  # an address typed and never confirmed is taken away


@transaction.atomic
def demander(quartier: Quartier, courriel: str, *, le: datetime) -> None:
    """Write to this address to confirm; the page says the same whoever follows already."""
    abonnement, _ = Abonnement.objects.get_or_create(
        quartier=quartier, courriel=courriel.lower(), defaults={"demande_le": le}
    )
    if not abonnement.est_confirme():
        courriels.confirmer_l_abonnement(abonnement, le)


@transaction.atomic
def confirmer(jeton: str, *, le: datetime) -> Abonnement | None:
    """From then on, this person is told; None when the link is not ours or was stopped."""
    abonnement = du_jeton("confirmer", jeton, verrou=True)
    if abonnement and not abonnement.est_confirme():
        abonnement.confirme_le = le
        abonnement.prevenu_le = le
        abonnement.save(update_fields=["confirme_le", "prevenu_le"])
    return abonnement


@transaction.atomic
def arreter(jeton: str) -> None:
    """No mail any more, the address is erased, sent mails too; stopping twice is stopping."""
    abonnement = du_jeton("arreter", jeton, verrou=True)
    if abonnement:
        oublier_un_abonnement(abonnement)


def du_jeton(quoi: str, jeton: str, *, verrou: bool = False) -> Abonnement | None:
    """The row of a link, « confirmer » or « arreter »."""
    lignes = Abonnement.objects.filter(pk=reperes.lire_jeton(quoi, jeton))
    if verrou:
        lignes = lignes.select_for_update(of=("self",))
    return lignes.select_related("quartier").first()


def prevenir(le: datetime) -> int:
    """Tell each follower what is new in their quartier; gives how many were written to.

    Run twice, late or on two machines, it tells once: the row is held and keeps until when.
    """
    for oublie in Abonnement.objects.filter(confirme_le__isnull=True, demande_le__lt=le - OUBLI):
        oublier_un_abonnement(oublie)
    la = Contribution.objects.publiques().filter(quartier=OuterRef("quartier"))
    parues = Exists(la.filter(publiee_le__gt=OuterRef("prevenu_le")))
    repondues = Exists(la.filter(reponse__le__gt=OuterRef("prevenu_le")))
    attendent = Abonnement.objects.filter(parues | repondues, prevenu_le__lte=le - UN_JOUR)
    return sum(_prevenir(pk, le) for pk in list(attendent.values_list("pk", flat=True)))


@transaction.atomic
def _prevenir(pk: int, le: datetime) -> bool:
    lignes = Abonnement.objects.select_for_update(of=("self",), skip_locked=True)
    abonnement = lignes.select_related("quartier").filter(pk=pk).first()
    if abonnement is None or not abonnement.prevenu_le:
        return False
    depuis = abonnement.prevenu_le
    if depuis > le - UN_JOUR:
        return False
    la = Contribution.objects.publiques().filter(quartier=abonnement.quartier)
    parues = la.filter(publiee_le__gt=depuis, publiee_le__lte=le)
    repondues = la.repondues().filter(reponse__le__gt=depuis, reponse__le__lte=le)
    paroles = parues.count()
    reponses = repondues.count()
    if not paroles and not reponses:
        return False
    courriels.nouvelles_du_quartier(
        abonnement, abonnement.quartier, paroles=paroles, reponses=reponses, le=le
    )
    abonnement.prevenu_le = le
    abonnement.save(update_fields=["prevenu_le"])
    return True
