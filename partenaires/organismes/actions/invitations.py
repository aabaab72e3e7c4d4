"""A one-time link to join an organisation: sent, cancelled, sent again, used."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from partenaires.models import (
    ActeOrganisme,
    Appartenance,
    Invitation,
    Partenaire,
    Role,
    Utilisateur,
)
from partenaires.models.appartenance import ROLES_AGENT, ROLES_EQUIPE, empreinte_du_jeton
from partenaires.organismes import plafonds
from partenaires.organismes.actions import journal, membres
from partenaires.socle import comptes, courriels
from partenaires.socle.refus import Refus

INVITENT = frozenset({Role.ADMINISTRATEUR, Role.RESPONSABLE})


class InvitationInutilisable(Refus):
    """The link was used, cancelled, has expired, never existed, or is for another address."""

    phrase = (
        "Ce lien a déjà servi, a été annulé ou remplacé, ou a expiré. Ouvrez le dernier message "
        "reçu, ou demandez une nouvelle invitation."
    )


class AutreAdresse(InvitationInutilisable):
    """The link is for another address than the account that is open."""

    def __init__(self, lu_par: Utilisateur):
        super().__init__(
            f"Ce lien s’adresse à une autre adresse que celle de votre compte ({lu_par.email}). "
            "Déconnectez-vous, puis ouvrez-le à nouveau."
        )


class CompteExistant(Refus):
    """The address of the invitation has an account: it signs in."""

    phrase = "Cette adresse a déjà un compte : connectez-vous, puis rejoignez l’organisme."


@transaction.atomic
def inviter(
    partenaire: Partenaire,
    *,
    email: str,
    roles: Iterable[str],
    par: Utilisateur | None,
    recu_le: datetime,
) -> tuple[Invitation, str]:
    """Send a link, the only live one of this address; (the invitation, its token, kept nowhere).

    Raises what `plafonds.exiger` raises.
    """
    verrouille = Partenaire.objects.select_for_update().get(pk=partenaire.pk)
    plafonds.exiger(email, par=par, recu_le=recu_le)
    adresse = email.lower()
    precedentes = verrouille.invitations.en_attente().filter(email__iexact=adresse)
    precedentes.update(annulee_le=recu_le)
    jeton = Invitation.nouveau_jeton()
    invitation = Invitation.objects.create(
        partenaire=verrouille,
        email=adresse,
        roles=frozenset(roles),
        invitee_par=par,
        cree_le=recu_le,
        expire_le=recu_le + timedelta(days=Invitation.DUREE_JOURS),
        empreinte=empreinte_du_jeton(jeton),
    )
    courriels.invitation(invitation, jeton)
    return invitation, jeton


def renvoyer(invitation: Invitation, *, par: Utilisateur, recu_le: datetime) -> Invitation:
    """The same offer under a new link: the one before opens nothing any more.

    Raises `InvitationInutilisable` when it was used or cancelled meanwhile.
    """
    with transaction.atomic():
        verrouillee = _verrouiller(invitation)
        nouvelle, _ = inviter(
            verrouillee.partenaire,
            email=verrouillee.email,
            roles=verrouillee.roles,
            par=par,
            recu_le=recu_le,
        )
    return nouvelle


@transaction.atomic
def annuler(invitation: Invitation, *, recu_le: datetime) -> None:
    """The link opens nothing any more; raises `InvitationInutilisable` when it already did."""
    verrouillee = _verrouiller(invitation)
    verrouillee.annulee_le = recu_le
    verrouillee.save(update_fields=["annulee_le"])


def _verrouiller(invitation: Invitation) -> Invitation:
    """A link not yet used nor cancelled, under the lock of its organisation."""
    Partenaire.objects.select_for_update().get(pk=invitation.partenaire_id)
    en_attente = Invitation.objects.en_attente().select_related("partenaire")
    verrouillee = en_attente.filter(pk=invitation.pk).first()
    if verrouillee is None:
        raise InvitationInutilisable
    return verrouillee


def lire(jeton: str, *, recu_le: datetime) -> Invitation:
    """What the link offers, to whoever holds it; raises `InvitationInutilisable`."""
    valables = Invitation.objects.valables(recu_le).select_related("partenaire", "invitee_par")
    invitation = valables.filter(empreinte=empreinte_du_jeton(jeton)).first()
    if invitation is None or not est_tenue(invitation):
        raise InvitationInutilisable
    return invitation


def recues(personne: Utilisateur, *, recu_le: datetime) -> list[Invitation]:
    """The invitations that wait for a person, at any address that they proved."""
    valables = Invitation.objects.valables(recu_le)
    siennes = valables.filter(email__in=comptes.adresses_prouvees(personne))
    en_attente = siennes.select_related("partenaire", "invitee_par")
    return [invitation for invitation in en_attente if est_tenue(invitation)]


def est_tenue(invitation: Invitation) -> bool:
    """Who invited may still do so: the right that the link gives does not survive theirs.

    A person of the service is no member of the organisation where they bring somebody: they are an
    agent still, or the head of the service when it is into a team.
    """
    if invitation.invitee_par_id is None:
        return True
    toutes = Appartenance.objects.select_related("garant").filter(
        utilisateur=invitation.invitee_par_id
    )
    siennes = toutes.filter(partenaire=invitation.partenaire_id)
    if not siennes.exists():
        est_d_une_equipe = bool(invitation.roles & set(ROLES_EQUIPE))
        du_service = [Role.RESPONSABLE] if est_d_une_equipe else ROLES_AGENT
        return toutes.actives().avec_role(*du_service).exists()
    active = siennes.actives().first()
    return active is not None and active.qualite_verifiee and bool(active.roles & INVITENT)


def compte_de(invitation: Invitation) -> Utilisateur | None:
    """The account that signs in with the address of the invitation; None when nobody proved it."""
    return comptes.prouve(invitation.email)


@transaction.atomic
def ouvrir_un_compte(
    jeton: str, *, prenom: str, nom: str, mot_de_passe: str, recu_le: datetime
) -> Utilisateur:
    """The link proves the address: one password, and the person is in.

    Raises `CompteExistant`, `InvitationInutilisable`.
    """
    invitation = _a_consommer(jeton, recu_le)
    if compte_de(invitation):
        raise CompteExistant
    try:
        personne = comptes.ouvrir(
            invitation.email, prenom=prenom, nom=nom, mot_de_passe=mot_de_passe
        )
    except comptes.CompteFerme as ferme:
        raise InvitationInutilisable from ferme
    _consommer(invitation, personne, recu_le)
    return personne


@transaction.atomic
def accepter(jeton: str, *, par: Utilisateur, recu_le: datetime) -> Appartenance:
    """Consume the link, once; raises `InvitationInutilisable` or `AutreAdresse`."""
    invitation = _a_consommer(jeton, recu_le)
    if invitation.email not in comptes.adresses_prouvees(par):
        raise AutreAdresse(par)
    return _consommer(invitation, par, recu_le)


@transaction.atomic
def accepter_la_mienne(
    invitation: Invitation, *, par: Utilisateur, recu_le: datetime
) -> Appartenance:
    """Accept, without its link, an invitation sent to an address of one's own, proved."""
    verrouillee = _verrouiller(invitation)
    perimee = verrouillee.expire_le <= recu_le
    est_la_sienne = verrouillee.email in comptes.adresses_prouvees(par)
    if perimee or not est_la_sienne or not est_tenue(verrouillee):
        raise InvitationInutilisable
    return _consommer(verrouillee, par, recu_le)


def _a_consommer(jeton: str, recu_le: datetime) -> Invitation:
    """The invitation of the link, under the lock of its organisation; nobody else consumes it."""
    lue = lire(jeton, recu_le=recu_le)
    verrouillee = _verrouiller(lue)
    if not est_tenue(verrouillee):
        raise InvitationInutilisable
    return verrouillee


def _consommer(invitation: Invitation, par: Utilisateur, recu_le: datetime) -> Appartenance:
    """The roles offered are added to those held; who invited vouches, unless trust was there."""
    invitation.utilisee_le = recu_le
    invitation.save(update_fields=["utilisee_le"])
    appartenance = (
        Appartenance.objects.select_related("garant")
        .filter(utilisateur=par, partenaire=invitation.partenaire, terminee_le__isnull=True)
        .first()
    )
    if appartenance is None:
        appartenance = Appartenance(
            utilisateur=par, partenaire=invitation.partenaire, demandee_le=recu_le
        )
    tenus = appartenance.roles if appartenance.acceptee_le else frozenset()
    if not appartenance.qualite_verifiee:
        appartenance.est_premiere = False
        appartenance.garant = membres.garant_de(invitation.invitee_par, invitation.partenaire_id)
        appartenance.acceptee_par = invitation.invitee_par
    appartenance.roles = tenus | invitation.roles
    appartenance.acceptee_le = appartenance.acceptee_le or recu_le
    appartenance.save()
    journal.inscrire(
        invitation.partenaire,
        ActeOrganisme.REJOINDRE,
        str(par),
        par=invitation.invitee_par or par,
        le=recu_le,
        motif=appartenance.roles_dits,
    )
    membres.suspendre_les_non_verifies(appartenance, recu_le=recu_le)
    return appartenance


def en_attente_de(partenaire: Partenaire) -> QuerySet[Invitation]:
    """The links not used nor cancelled, those too old included: they can be sent again."""
    return partenaire.invitations.en_attente()
