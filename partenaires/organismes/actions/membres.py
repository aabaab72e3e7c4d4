"""Who is in an organisation, with which roles: what every way in and out goes through.

An organisation that has people keeps somebody who administers it and somebody who signs for it.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from partenaires.models import (
    ActeOrganisme,
    Appartenance,
    Invitation,
    Partenaire,
    Role,
    Utilisateur,
)
from partenaires.models.appartenance import AppartenanceQuerySet, dits
from partenaires.organismes.actions import journal
from partenaires.socle import comptes, courriels
from partenaires.socle.refus import AuMemeInstant, Refus

INDISPENSABLES = {
    Role.ADMINISTRATEUR: "Il faut au moins une personne qui administre l’organisme : donnez "
    "d’abord ce rôle à quelqu’un d’autre.",
    Role.SIGNATAIRE: "Il faut au moins une personne qui signe pour l’organisme : donnez d’abord "
    "ce rôle à quelqu’un d’autre.",
    Role.RESPONSABLE: "Il faut au moins une ou un responsable du service : donnez d’abord ce rôle "
    "à quelqu’un d’autre.",
}


class DernierePersonne(Refus):
    """Nobody else holds a role that an organisation cannot do without."""


class PlusMembre(Refus):
    """The person left meanwhile, or was removed."""

    phrase = "Cette personne ne fait plus partie de l’organisme. Rien n’a changé."


class SansRole(Refus):
    """A member holds at least one role."""

    phrase = "Cochez au moins un rôle, ou retirez la personne de l’organisme."


def verrouiller(appartenance: Appartenance) -> Appartenance:
    """The membership as it is, under the lock of its organisation; raises `PlusMembre`.

    Two people who leave together are seen one after the other.
    """
    Partenaire.objects.select_for_update().get(pk=appartenance.partenaire_id)
    actuelles = Appartenance.objects.actives().select_related("utilisateur", "partenaire", "garant")
    verrouillee = actuelles.filter(pk=appartenance.pk).first()
    if verrouillee is None:
        raise PlusMembre
    return verrouillee


def autres_membres(appartenance: Appartenance) -> AppartenanceQuerySet:
    """The other people of the organisation who can act in it.

    An unverified claimant does not replace somebody who is verified.
    """
    autres = Appartenance.objects.actives().filter(
        partenaire=appartenance.partenaire_id, utilisateur__is_active=True
    )
    if appartenance.qualite_verifiee:
        autres = autres.fiables()
    return autres.exclude(pk=appartenance.pk)


def role_sans_successeur(appartenance: Appartenance, perdus: Iterable[str]) -> Role | None:
    """The first role that nobody else would hold."""
    autres = autres_membres(appartenance)
    for role in INDISPENSABLES:
        if role in perdus and not autres.avec_role(role).exists():
            return role
    return None


def exiger_des_successeurs(appartenance: Appartenance, perdus: Iterable[str]) -> None:
    """Raises `DernierePersonne`; `appartenance` comes from `verrouiller`."""
    role = role_sans_successeur(appartenance, perdus)
    if role is not None:
        raise DernierePersonne(INDISPENSABLES[role])


def exiger_de_pouvoir_partir(appartenance: Appartenance) -> None:
    """Who leaves hands over first; the last one may go, but the head of the service.

    Raises `DernierePersonne`; `appartenance` comes from `verrouiller`.
    """
    if peut_partir_sans_passer_la_main(appartenance):
        return
    exiger_des_successeurs(appartenance, appartenance.roles)


def peut_partir_sans_passer_la_main(appartenance: Appartenance) -> bool:
    """Whether nobody stays behind: an organisation without people waits for the service."""
    est_responsable = Role.RESPONSABLE in appartenance.roles
    return not est_responsable and not autres_membres(appartenance).exists()


@transaction.atomic
def changer_roles(
    appartenance: Appartenance, roles: Iterable[str], *, par: Utilisateur, recu_le: datetime
) -> None:
    """Give a member this set of roles, in the place of those that `appartenance` was read with.

    Raises `DernierePersonne`, `PlusMembre` or `SansRole`; `AuMemeInstant` when somebody changed
    them since.
    """
    voulus = frozenset(roles)
    if not voulus:
        raise SansRole
    verrouillee = verrouiller(appartenance)
    avant = verrouillee.roles
    if voulus == avant:
        return
    if avant != appartenance.roles:
        raise AuMemeInstant
    exiger_des_successeurs(verrouillee, avant - voulus)
    verrouillee.roles = voulus
    verrouillee.save(update_fields=["roles"])
    journal.inscrire(
        verrouillee.partenaire,
        ActeOrganisme.ROLES,
        str(verrouillee.utilisateur),
        par=par,
        le=recu_le,
        motif=f"{dits(avant)} → {dits(voulus)}",
    )


@transaction.atomic
def retirer(appartenance: Appartenance, *, par: Utilisateur, recu_le: datetime) -> None:
    """End a membership: rights stop at the next request.

    Raises `DernierePersonne` or `PlusMembre`.
    """
    verrouillee = verrouiller(appartenance)
    exiger_des_successeurs(verrouillee, verrouillee.roles)
    terminer(verrouillee, recu_le=recu_le)
    journal.inscrire(
        verrouillee.partenaire,
        ActeOrganisme.RETIRER,
        str(verrouillee.utilisateur),
        par=par,
        le=recu_le,
    )


def terminer(appartenance: Appartenance, *, recu_le: datetime) -> None:
    """The membership is over, and the links sent by or to the person die with it."""
    Appartenance.objects.filter(pk=appartenance.pk).update(terminee_le=recu_le)
    annuler_les_liens(appartenance.utilisateur, appartenance.partenaire, recu_le=recu_le)


def annuler_les_liens(
    personne: Utilisateur, partenaire: Partenaire | None = None, *, recu_le: datetime
) -> None:
    """Cancel the pending invitations that a person sent or received, there or everywhere."""
    siens = Q(invitee_par=personne) | Q(email__in=comptes.adresses(personne))
    liens = Invitation.objects.en_attente().filter(siens)
    if partenaire is not None:
        liens = liens.filter(partenaire=partenaire)
    liens.update(annulee_le=recu_le)


def garant_de(personne: Utilisateur | None, partenaire_pk: int) -> Appartenance | None:
    """Who vouches for whom this person brings; None for the service, which is nobody there."""
    sienne = (
        Appartenance.objects.actives()
        .select_related("garant")
        .filter(utilisateur=personne, partenaire=partenaire_pk)
        .first()
    )
    return sienne.bout_de_chaine if sienne else None


def suspendre_les_non_verifies(verifiee: Appartenance, *, recu_le: datetime) -> None:
    """Somebody is verified here: whoever is not waits again for an answer.

    Otherwise a squatter would go on reading what the true holder writes. Those whom the verified
    person vouches for stay.
    """
    fiables = Appartenance.objects.fiables().values("pk")
    suspendues = (
        Appartenance.objects.actives()
        .filter(partenaire=verifiee.partenaire_id)
        .exclude(pk__in=fiables)
        .exclude(pk=verifiee.pk)
    )
    suspendre(suspendues, par=verifiee.verifiee_par or verifiee.utilisateur, recu_le=recu_le)


def suspendre(appartenances: AppartenanceQuerySet, *, par: Utilisateur, recu_le: datetime) -> None:
    """Back to a request: nothing is open until somebody answers, and each person is told."""
    for appartenance in appartenances.select_related("utilisateur", "partenaire"):
        Appartenance.objects.filter(pk=appartenance.pk).update(
            acceptee_le=None, remise_en_attente_le=recu_le
        )
        annuler_les_liens(appartenance.utilisateur, appartenance.partenaire, recu_le=recu_le)
        journal.inscrire(
            appartenance.partenaire,
            ActeOrganisme.SUSPENDRE,
            str(appartenance.utilisateur),
            par=par,
            le=recu_le,
        )
        courriels.suspension(appartenance, le=recu_le)
