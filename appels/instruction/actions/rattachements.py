"""To link what a resident said and the project that speaks of it."""

from datetime import datetime

from django.db import transaction

from appels.models import Dossier, Rattachement
from appels.socle import empechement
from partenaires.concertation import droits
from partenaires.concertation.verrous import HorsDuPerimetre
from partenaires.models import Contribution, Utilisateur
from quartiers.models import Parution


@transaction.atomic
def rattacher(
    contribution: Contribution, dossier: Dossier, *, par: Utilisateur, recu_le: datetime
) -> Rattachement:
    """The same link twice is one. Raises `Empeche`, `HorsDuPerimetre`."""
    tenu = empechement.verrouiller_pour_instruire(dossier, par=par)
    ligne = Contribution.objects.select_for_update(of=("self",)).get(pk=contribution.pk)
    if not droits.peut_moderer(par, ligne):
        raise HorsDuPerimetre
    lien, est_neuf = Rattachement.objects.get_or_create(
        contribution=ligne, dossier=tenu, defaults={"par": par, "le": recu_le}
    )
    if est_neuf:
        Parution.avancer(recu_le)
    return lien


@transaction.atomic
def detacher(lien: Rattachement, *, par: Utilisateur, recu_le: datetime) -> None:
    """The link was a mistake; the log keeps it. Raises `Empeche`."""
    empechement.verrouiller_pour_instruire(lien.dossier, par=par)
    Rattachement.objects.filter(pk=lien.pk).delete()
    Parution.avancer(recu_le)
