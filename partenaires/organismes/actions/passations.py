"""An organisation outlives its people.

Somebody leaves, the service gives the keys to another, an account closes.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import models, transaction

from partenaires.models import (
    ActeOrganisme,
    Appartenance,
    Designation,
    Partenaire,
    Utilisateur,
)
from partenaires.models.appartenance import ROLES_FONDATEUR, AppartenanceQuerySet
from partenaires.models.partenaire import PartenaireQuerySet
from partenaires.organismes.actions import adhesions, invitations, membres
from partenaires.organismes.actions.journal import inscrire
from partenaires.socle import comptes, courriels, droits, postier
from partenaires.socle.refus import Refus

PASSER_LA_MAIN = (
    "Un organisme n’aurait plus personne pour l’administrer ou pour attester : passez d’abord la "
    "main."
)


class AdministrationTenue(Refus):
    """Somebody verified administers this organisation: the service does not name another."""

    phrase = "Quelqu’un administre cet organisme : c’est à cette personne d’inviter."


class DesignationEnAttente(Refus):
    """One proposal at a time."""

    phrase = "Une proposition attend déjà la confirmation d’une autre personne du service."


class AdresseDuService(Refus):
    """The service gives an organisation to its people, never to itself."""

    phrase = "Cette adresse est celle d’une personne du service : donnez celle de l’organisme."
    champ = "email"


class UneAutrePersonne(Refus):
    """Who proposed does not confirm."""

    phrase = "Vous avez proposé cette personne : une autre personne du service la confirme."


class ProposanteSansDroit(Refus):
    """Who proposed has left the service since, or was limited elsewhere."""

    phrase = (
        "La personne qui a proposé n’est plus chargée de cet organisme : écartez cette "
        "proposition, puis proposez à votre tour."
    )


class DesignationTranchee(Refus):
    """Somebody answered meanwhile."""

    phrase = "Cette proposition a déjà sa réponse. Rien n’a changé."


def sans_administration() -> PartenaireQuerySet:
    """Organisations that nobody can administer: all have left, or the service added it."""
    return _sans(Appartenance.objects.administrent())


def a_confier() -> PartenaireQuerySet:
    """Organisations that nobody verified administers: a squatter does not count."""
    return _sans(Appartenance.objects.administrent().fiables())


def _sans(administrateurs: AppartenanceQuerySet) -> PartenaireQuerySet:
    tenus = administrateurs.filter(partenaire=models.OuterRef("pk"))
    return Partenaire.objects.porteurs().exclude(models.Exists(tenus))


@transaction.atomic
def ajouter(donnees: dict, *, par: Utilisateur, recu_le: datetime) -> Partenaire:
    """The organisation that these numbers name, made if nobody had."""
    deja = adhesions.existant(donnees)
    if deja:
        return deja
    organisme, _ = adhesions.creer(donnees, recu_le=recu_le)
    inscrire(organisme, ActeOrganisme.AJOUTER, organisme.nom, par=par, le=recu_le)
    return organisme


@transaction.atomic
def quitter(appartenance: Appartenance, *, recu_le: datetime) -> None:
    """Leave an organisation: its dossiers stay.

    Raises `membres.DernierePersonne` while others are there, `membres.PlusMembre`.
    """
    verrouillee = membres.verrouiller(appartenance)
    membres.exiger_de_pouvoir_partir(verrouillee)
    membres.terminer(verrouillee, recu_le=recu_le)
    inscrire(
        verrouillee.partenaire,
        ActeOrganisme.QUITTER,
        str(verrouillee.utilisateur),
        par=verrouillee.utilisateur,
        le=recu_le,
    )


@transaction.atomic
def constater_depart(
    appartenance: Appartenance, *, motif: str, par: Utilisateur, recu_le: datetime
) -> None:
    """The service was told that somebody left and cannot say it.

    They are gone whatever the service says: nobody is asked to take over first, and the service
    names somebody. The person is written to, so that a mistake shows.
    """
    try:
        verrouillee = membres.verrouiller(appartenance)
    except membres.PlusMembre:
        return
    membres.terminer(verrouillee, recu_le=recu_le)
    inscrire(
        verrouillee.partenaire,
        ActeOrganisme.DEPART,
        str(verrouillee.utilisateur),
        par=par,
        le=recu_le,
        motif=motif,
    )
    courriels.depart(verrouillee, motif=motif)


@transaction.atomic
def proposer(
    partenaire: Partenaire, email: str, *, motif: str, par: Utilisateur, recu_le: datetime
) -> Designation:
    """Propose to give the administration to an address: another person of the service confirms.

    Raises `AdministrationTenue`, `AdresseDuService` or `DesignationEnAttente`.
    """
    verrouille = _orphelin(partenaire)
    if _est_du_service(email):
        raise AdresseDuService
    if verrouille.designations.en_attente().exists():
        raise DesignationEnAttente
    designation = Designation.objects.create(
        partenaire=verrouille,
        email=email.lower(),
        motif=motif,
        proposee_le=recu_le,
        proposee_par=par,
    )
    inscrire(verrouille, ActeOrganisme.PROPOSER, email, par=par, le=recu_le, motif=motif)
    courriels.designation(designation, adhesions.service().exclude(pk=par.pk))
    return designation


@transaction.atomic
def confirmer(designation: Designation, *, par: Utilisateur, recu_le: datetime) -> None:
    """A second person of the service agrees: the invitation leaves.

    Raises `AdministrationTenue`, `DesignationTranchee` or `UneAutrePersonne`.
    """
    partenaire = _orphelin(designation.partenaire)
    verrouillee = _en_attente(designation)
    if verrouillee.proposee_par_id == par.pk:
        raise UneAutrePersonne
    if not droits.peut_juger(verrouillee.proposee_par, partenaire):
        raise ProposanteSansDroit
    verrouillee.est_confirmee = True
    _trancher(verrouillee, par, recu_le)
    invitations.inviter(
        partenaire, email=verrouillee.email, roles=ROLES_FONDATEUR, par=par, recu_le=recu_le
    )
    inscrire(
        partenaire,
        ActeOrganisme.CONFIER,
        verrouillee.email,
        par=par,
        le=recu_le,
        motif=verrouillee.motif,
    )


@transaction.atomic
def ecarter(designation: Designation, *, par: Utilisateur, recu_le: datetime) -> None:
    """Anybody of the service, the proposer included, says no; raises `DesignationTranchee`."""
    partenaire = Partenaire.objects.select_for_update().get(pk=designation.partenaire_id)
    verrouillee = _en_attente(designation)
    _trancher(verrouillee, par, recu_le)
    inscrire(partenaire, ActeOrganisme.ECARTER, verrouillee.email, par=par, le=recu_le)


def _orphelin(partenaire: Partenaire) -> Partenaire:
    """The organisation, locked; raises `AdministrationTenue`."""
    verrouille = Partenaire.objects.select_for_update().get(pk=partenaire.pk)
    if not a_confier().filter(pk=verrouille.pk).exists():
        raise AdministrationTenue
    return verrouille


def _est_du_service(email: str) -> bool:
    """One of the addresses, main or not, of a person of the service."""
    agents = adhesions.service()
    autres = EmailAddress.objects.filter(user__in=agents, email__iexact=email)
    return agents.filter(email__iexact=email).exists() or autres.exists()


def _en_attente(designation: Designation) -> Designation:
    en_attente = Designation.objects.en_attente().select_related("proposee_par")
    verrouillee = en_attente.filter(pk=designation.pk).first()
    if verrouillee is None:
        raise DesignationTranchee
    return verrouillee


def _trancher(designation: Designation, par: Utilisateur, recu_le: datetime) -> None:
    designation.tranchee_le = recu_le
    designation.tranchee_par = par
    designation.save()


def retenu_par(utilisateur: Utilisateur) -> list[Partenaire]:
    """The organisations where others work and that this person alone administers or signs for."""
    siennes = utilisateur.appartenances.actives().select_related("partenaire", "garant")
    return [appartenance.partenaire for appartenance in siennes if _est_indispensable(appartenance)]


def _est_indispensable(appartenance: Appartenance) -> bool:
    """Whether somebody must take over before this person goes."""
    if membres.peut_partir_sans_passer_la_main(appartenance):
        return False
    return membres.role_sans_successeur(appartenance, appartenance.roles) is not None


@transaction.atomic
def fermer_compte(utilisateur: Utilisateur, *, recu_le: datetime) -> None:
    """Close an account: no sign-in, no address, no second factor; acts keep its name.

    Raises `membres.DernierePersonne` while an organisation would be left without anybody to run it
    or to sign for it. The organisations are locked: two people who close at once are seen one after
    the other.
    """
    cles = utilisateur.appartenances.actives().values("partenaire")
    list(Partenaire.objects.select_for_update().filter(pk__in=cles).order_by("pk"))
    verrouille = Utilisateur.objects.select_for_update().get(pk=utilisateur.pk)
    if retenu_par(verrouille):
        raise membres.DernierePersonne(PASSER_LA_MAIN)
    if not (verrouille.prenom or verrouille.nom):
        verrouille.nom = "Compte fermé"  # what the logs write below, rather than an address
    for appartenance in verrouille.appartenances.actives().select_related("partenaire"):
        inscrire(
            appartenance.partenaire,
            ActeOrganisme.FERMER,
            str(verrouille),
            par=verrouille,
            le=recu_le,
        )
    verrouille.appartenances.filter(terminee_le__isnull=True).update(terminee_le=recu_le)
    membres.annuler_les_liens(verrouille, recu_le=recu_le)
    siennes = {verrouille.email, *comptes.adresses(verrouille)}
    EmailAddress.objects.filter(user=verrouille).delete()
    Authenticator.objects.filter(user=verrouille).delete()
    ferme = f"compte-ferme-{verrouille.pk}@invalid"
    for adresse in siennes:
        postier.oublier(adresse, sous=ferme)
    verrouille.email = ferme
    verrouille.is_active = False
    verrouille.set_unusable_password()
    verrouille.save()
