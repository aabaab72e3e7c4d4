"""Deadlines put off: for everybody with a public reason, or for one organisation with a code."""

from datetime import datetime

from django.db import transaction

from appels import courriels, reveil
from appels.actions import redaction
from appels.models import Acte, Appel, Derogation, Dossier, Prolongation
from appels.models.delai import lire_code
from partenaires.models import Appartenance, Partenaire, Role, Utilisateur
from quartiers.models import Parution


class PasPlusTard(Exception):
    """The new closing is not after the present one, or is already past."""


class CodeInconnu(Exception):
    """No code of this call and this organisation can be used now."""


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


@transaction.atomic
def utiliser(dossier: Dossier, saisi: str, *, par: Utilisateur, recu_le: datetime) -> Dossier:
    """The draft may be written and deposited until the end of the code. Raises `CodeInconnu` or
    `NonModifiable`.
    """
    verrouille = redaction.verrouiller(dossier)
    if not verrouille.est_non_depose(recu_le):
        raise redaction.NonModifiable
    derogation = disponible(verrouille.appel, verrouille.porteur, saisi, recu_le)
    derogation.dossier, derogation.utilisee_par, derogation.utilisee_le = verrouille, par, recu_le
    derogation.save()
    verrouille.prolonge_jusqu_a = derogation.jusqu_a
    verrouille.save(update_fields=["prolonge_jusqu_a"])
    verrouille.passages.create(acte=Acte.PROLONGER, par=par, le=recu_le, motif=derogation.motif)
    return verrouille


def disponible(appel: Appel, porteur: Partenaire, saisi: str, instant: datetime) -> Derogation:
    """The code typed, locked. Raises `CodeInconnu`."""
    code = lire_code(saisi)
    utilisables = Derogation.objects.select_for_update().utilisables(instant)
    derogation = (
        utilisables.filter(appel=appel, porteur=porteur, code=code).first() if code else None
    )
    if derogation is None:
        raise CodeInconnu
    return derogation


@transaction.atomic
def commencer(
    appel: Appel, porteur: Partenaire, saisi: str, *, par: Utilisateur, recu_le: datetime, **champs
) -> Dossier:
    """A new dossier after the closing, with a code. Raises `CodeInconnu`."""
    if deja := Dossier.objects.filter(cle_creation=champs["cle"], cree_par=par).first():
        return deja
    disponible(appel, porteur, saisi, recu_le)
    dossier = redaction.creer(appel, porteur, par=par, recu_le=recu_le, **champs)
    return utiliser(dossier, saisi, par=par, recu_le=recu_le)
