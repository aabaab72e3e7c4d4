"""Deadlines put off: for everybody with a public reason, or for one organisation with a code."""

from datetime import datetime

from django.db import transaction

from appels.models import Appel, Derogation, Prolongation
from appels.socle import courriels, reveil
from partenaires.models import Appartenance, Partenaire, Role, Utilisateur
from quartiers.models import Parution


class PasPlusTard(Exception):
    """The new closing is not after the present one, or is already past."""


@transaction.atomic
def prolonger(
    appel: Appel, *, nouvelle: datetime, motif: str, par: Utilisateur, recu_le: datetime
) -> Prolongation:
    """Close the call later, or open it again; whoever has a draft is told. Raises `PasPlusTard`."""
    appel = Appel.objects.select_for_update().get(pk=appel.pk)
    if appel.ferme_le is None or nouvelle <= max(appel.ferme_le, recu_le):
        raise PasPlusTard
    prolongation = Prolongation.objects.create(
        appel=appel, ancienne=appel.ferme_le, nouvelle=nouvelle, motif=motif, par=par, le=recu_le
    )
    appel.ferme_le, appel.dates_le, appel.sequence = nouvelle, recu_le, appel.sequence + 1
    appel.save(update_fields=["ferme_le", "dates_le", "sequence"])
    Parution.avancer(recu_le)
    adresses = Utilisateur.objects.filter(
        is_active=True,
        appartenances__in=Appartenance.objects.actives().filter(
            role__in=[Role.ADMINISTRATEUR, Role.SIGNATAIRE, Role.REDACTEUR],
            partenaire__in=appel.dossiers.non_deposes().values("porteur"),
        ),
    )
    courriels.prolongation(prolongation, adresses.values_list("email", flat=True).distinct())
    reveil.apres_commit("appels.envoyer_courriels")
    reveil.apres_commit("appels.imprimer")
    return prolongation


def accorder(
    appel: Appel,
    porteur: Partenaire,
    *,
    jusqu_a: datetime,
    motif: str,
    par: Utilisateur,
    recu_le: datetime,
) -> Derogation:
    """A code for one dossier of one organisation; the reason stays in the log of the service."""
    return Derogation.objects.create(
        appel=appel, porteur=porteur, jusqu_a=jusqu_a, motif=motif, par=par, le=recu_le
    )


def revoquer(derogation: Derogation, *, par: Utilisateur, recu_le: datetime) -> bool:
    """Only a code that nobody used: False otherwise."""
    libres = Derogation.objects.filter(
        pk=derogation.pk, dossier__isnull=True, revoquee_le__isnull=True
    )
    return bool(libres.update(revoquee_le=recu_le, revoquee_par=par))
