"""The people of the service and of the funders: who comes in, who goes out, as what.

Every act is one of the head of the service, has its reason, and is told to the person. What the
person had in hand (dossiers, files) is of `appels`: `appels.instruction.actions.equipe` goes
through here.
"""

from datetime import datetime
from itertools import chain

from allauth.mfa.models import Authenticator
from django.db import models, transaction

from partenaires.models import (
    ActeOrganisme,
    Appartenance,
    Genre,
    Invitation,
    Partenaire,
    Passation,
    Role,
    Utilisateur,
)
from partenaires.models.appartenance import ROLES_AGENT, ROLES_EQUIPE, ROLES_FINANCEUR, tient
from partenaires.organismes import responsables
from partenaires.organismes.actions import invitations
from partenaires.organismes.actions.journal import inscrire
from partenaires.socle import comptes, courriels
from partenaires.socle.refus import AuMemeInstant, Conflit, Refus
from partenaires.socle.sessions import fermer_les_sessions


class DejaSortie(Conflit):
    """Somebody took this person out of the team meanwhile."""

    phrase = "Cette personne ne fait plus partie de l’équipe. Rien d’autre n’a changé."


class DejaFait(Conflit):
    """Asked twice, or by two heads at once."""

    phrase = "C’est déjà fait, peut-être par quelqu’un d’autre. Rien d’autre n’a changé."


class DejaDansLEquipe(Refus):
    """An invitation is for somebody who is not there; a role is changed on their own page."""

    phrase = (
        "Cette personne fait déjà partie de cet organisme : changez son rôle, ou rétablissez son "
        "accès, sur sa page."
    )


class RoleImpossible(Refus):
    """Agents belong to the service; a funder's people read or give an opinion."""

    phrase = "Ce rôle n’existe pas dans cet organisme : choisissez-en un de la liste."


class InvitationPassee(Conflit):
    """It was accepted, cancelled, sent again, or its time is over."""

    phrase = "Cette invitation n’est plus en cours : rechargez la page. Rien n’a changé."


def roles_possibles(partenaire: Partenaire) -> list[Role]:
    """What one may be in the team, for this organisation."""
    if partenaire.genre == Genre.CUA:
        return [*ROLES_AGENT, *ROLES_FINANCEUR]
    return list(ROLES_FINANCEUR)


def _entrer(appartenance: Appartenance, par: Utilisateur) -> Appartenance:
    """The membership locked and fresh, once the author is known to be head still.

    Raises `PlusResponsable` or `DejaSortie`.
    """
    responsables.verrouiller_le_service()
    responsables.exiger_en_poste(par)
    verrouillee = (
        Appartenance.objects.de_l_equipe()
        .select_for_update(of=("self",))
        .select_related("utilisateur", "partenaire")
        .filter(pk=appartenance.pk)
        .first()
    )
    if verrouillee is None:
        raise DejaSortie
    return verrouillee


def _inscrire(
    appartenance: Appartenance,
    acte: ActeOrganisme,
    *,
    motif: str,
    par: Utilisateur,
    le: datetime,
) -> None:
    """A line of the log, and the mail that tells it to the person."""
    passation = Passation.objects.create(
        partenaire=appartenance.partenaire,
        acte=acte,
        personne=str(appartenance.utilisateur)[:200],
        par=par,
        le=le,
        motif=motif[:300],
    )
    courriels.acces(appartenance, passation)


@transaction.atomic
def changer_role(
    appartenance: Appartenance, role: str, *, motif: str, par: Utilisateur, recu_le: datetime
) -> Appartenance:
    """Another role in the same organisation, in the place of that `appartenance` was read with.

    Raises `RoleImpossible`, `DejaFait`, `DernierResponsable`, `PlusResponsable` or `DejaSortie`;
    `AuMemeInstant` when another head changed it since.
    """
    verrouillee = _entrer(appartenance, par)
    if role not in roles_possibles(verrouillee.partenaire):
        raise RoleImpossible(champ="role")
    if verrouillee.roles == {role}:
        raise DejaFait
    if verrouillee.roles != appartenance.roles:
        raise AuMemeInstant
    if role != Role.RESPONSABLE:
        responsables.exiger_un_autre(verrouillee)
    avant = verrouillee.roles_dits
    verrouillee.roles = frozenset({role})
    verrouillee.save(update_fields=["roles"])
    _inscrire(
        verrouillee,
        ActeOrganisme.ROLE,
        motif=f"{avant} → {verrouillee.roles_dits} : {motif}",
        par=par,
        le=recu_le,
    )
    return verrouillee


@transaction.atomic
def limiter(
    appartenance: Appartenance,
    perimetre: dict[str, list[str]],
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """The communes, axes and quartiers whose dossiers this person reads from now on; logged.

    `perimetre` is {"communes" or "axes" or "quartiers": [keys]}; empty, it limits nothing. It
    replaces the one that `appartenance` was read with. Raises `PlusResponsable`, `DejaSortie`, or
    `AuMemeInstant` when another head changed it since.
    """
    verrouillee = _entrer(appartenance, par)
    if verrouillee.perimetre == perimetre:
        return
    if verrouillee.perimetre != appartenance.perimetre:
        raise AuMemeInstant
    verrouillee.perimetre = perimetre
    verrouillee.save(update_fields=["perimetre"])
    cles = ", ".join(chain.from_iterable(perimetre.values()))
    inscrire(
        verrouillee.partenaire,
        ActeOrganisme.LIMITER,
        str(verrouillee.utilisateur),
        par=par,
        le=recu_le,
        motif=cles[:300] or "tout le territoire",
    )


@transaction.atomic
def suspendre(
    appartenance: Appartenance, *, motif: str, par: Utilisateur, recu_le: datetime
) -> Appartenance:
    """No right at once, sessions closed, until it is restored.

    Raises `DejaFait`, `DernierResponsable`, `PlusResponsable` or `DejaSortie`.
    """
    verrouillee = _entrer(appartenance, par)
    if verrouillee.suspendue_le:
        raise DejaFait
    responsables.exiger_un_autre(verrouillee)
    verrouillee.suspendue_le = recu_le
    verrouillee.save(update_fields=["suspendue_le"])
    _fermer_les_portes(verrouillee, recu_le)
    _inscrire(verrouillee, ActeOrganisme.COUPER, motif=motif, par=par, le=recu_le)
    return verrouillee


@transaction.atomic
def retablir(
    appartenance: Appartenance, *, motif: str, par: Utilisateur, recu_le: datetime
) -> Appartenance:
    """The same role and perimeter as before. Raises `DejaFait`, `PlusResponsable`, `DejaSortie`."""
    verrouillee = _entrer(appartenance, par)
    if verrouillee.suspendue_le is None:
        raise DejaFait
    verrouillee.suspendue_le = None
    verrouillee.save(update_fields=["suspendue_le"])
    _inscrire(verrouillee, ActeOrganisme.RETABLIR, motif=motif, par=par, le=recu_le)
    return verrouillee


@transaction.atomic
def retirer(
    appartenance: Appartenance, *, motif: str, par: Utilisateur, recu_le: datetime
) -> Appartenance:
    """Out for good: to come back, the person is invited again.

    Raises `DernierResponsable`, `PlusResponsable` or `DejaSortie`.
    """
    verrouillee = _entrer(appartenance, par)
    if verrouillee.suspendue_le is None:
        responsables.exiger_un_autre(verrouillee)
    verrouillee.terminee_le = recu_le
    verrouillee.save(update_fields=["terminee_le"])
    _fermer_les_portes(verrouillee, recu_le)
    _inscrire(verrouillee, ActeOrganisme.SORTIR, motif=motif, par=par, le=recu_le)
    return verrouillee


@transaction.atomic
def oter_le_second_facteur(
    appartenance: Appartenance, *, motif: str, par: Utilisateur, recu_le: datetime
) -> Appartenance:
    """A telephone was lost: the person sets another one at the next sign-in.

    Raises `DejaFait` when there is none, `PlusResponsable` or `DejaSortie`.
    """
    verrouillee = _entrer(appartenance, par)
    otes, _ = Authenticator.objects.filter(user=verrouillee.utilisateur).delete()
    if not otes:
        raise DejaFait("Cette personne n’a pas de second facteur : rien n’a changé.")
    fermer_les_sessions(verrouillee.utilisateur)
    _inscrire(verrouillee, ActeOrganisme.FACTEUR, motif=motif, par=par, le=recu_le)
    return verrouillee


def _fermer_les_portes(appartenance: Appartenance, recu_le: datetime) -> None:
    """Sessions end, and the links that this person sent or received open nothing any more.

    The links of an organisation where the person still works are its own business.
    """
    personne = appartenance.utilisateur
    fermer_les_sessions(personne)
    restent = personne.appartenances.actives().exclude(pk=appartenance.pk).values("partenaire")
    envoyes = models.Q(invitee_par=personne) & ~models.Q(partenaire__in=restent)
    recus = models.Q(email__in=comptes.adresses(personne)) & tient(*ROLES_EQUIPE)
    Invitation.objects.en_attente().filter(envoyes | recus).update(annulee_le=recu_le)


@transaction.atomic
def inviter(
    partenaire: Partenaire, *, email: str, role: str, par: Utilisateur, recu_le: datetime
) -> Invitation:
    """A link to come into the team; it replaces the one that this address had.

    Raises `RoleImpossible`, `DejaDansLEquipe`, `PlusResponsable` or what refuses an invitation.
    """
    responsables.verrouiller_le_service()
    responsables.exiger_en_poste(par)
    if role not in roles_possibles(partenaire):
        raise RoleImpossible(champ="role")
    presents = Appartenance.objects.en_place().filter(partenaire=partenaire)
    est_present = models.Q(utilisateur__email__iexact=email)
    if presents.filter(est_present | models.Q(utilisateur=comptes.prouve(email))).exists():
        raise DejaDansLEquipe(champ="email")
    invitation, _ = invitations.inviter(
        partenaire, email=email, roles={role}, par=par, recu_le=recu_le
    )
    _noter(invitation, ActeOrganisme.INVITER, par=par, le=recu_le)
    return invitation


@transaction.atomic
def annuler_l_invitation(invitation: Invitation, *, par: Utilisateur, recu_le: datetime) -> None:
    """The link opens nothing any more. Raises `InvitationPassee` or `PlusResponsable`."""
    verrouillee = _en_cours(invitation, par, recu_le)
    invitations.annuler(verrouillee, recu_le=recu_le)
    _noter(verrouillee, ActeOrganisme.ANNULER, par=par, le=recu_le)


@transaction.atomic
def renvoyer_l_invitation(
    invitation: Invitation, *, par: Utilisateur, recu_le: datetime
) -> Invitation:
    """Another link for the same role; the one sent before dies.

    Raises `InvitationPassee`, `PlusResponsable` or what refuses an invitation.
    """
    verrouillee = _en_cours(invitation, par, recu_le)
    nouvelle = invitations.renvoyer(verrouillee, par=par, recu_le=recu_le)
    _noter(nouvelle, ActeOrganisme.RENVOYER, par=par, le=recu_le)
    return nouvelle


def _en_cours(invitation: Invitation, par: Utilisateur, recu_le: datetime) -> Invitation:
    responsables.verrouiller_le_service()
    responsables.exiger_en_poste(par)
    verrouillee = (
        Invitation.objects.valables(recu_le)
        .de_l_equipe()
        .select_for_update(of=("self",))
        .select_related("partenaire")
        .filter(pk=invitation.pk)
        .first()
    )
    if verrouillee is None:
        raise InvitationPassee
    return verrouillee


def _noter(invitation: Invitation, acte: ActeOrganisme, *, par: Utilisateur, le: datetime) -> None:
    Passation.objects.create(
        partenaire=invitation.partenaire,
        acte=acte,
        personne=invitation.email[:200],
        par=par,
        le=le,
        motif=invitation.roles_dits,
    )
