"""An organisation outlives its people.

Somebody leaves, the service gives the keys to another, an account closes.
"""

from datetime import datetime
from itertools import chain

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import models, transaction

from partenaires.models import ActeOrganisme, Appartenance, Partenaire, Passation, Role, Utilisateur
from partenaires.models.appartenance import AppartenanceQuerySet
from partenaires.models.partenaire import PartenaireQuerySet
from partenaires.organismes import responsables
from partenaires.organismes.actions import adhesions
from partenaires.socle import courriels
from partenaires.socle.refus import Refus

SEULE_A_ADMINISTRER = (
    "Vous êtes la seule personne qui administre cet organisme : donnez d’abord ce rôle à quelqu’un "
    "d’autre."
)
PASSER_LA_MAIN = "Un organisme n’aurait plus personne pour l’administrer : passez d’abord la main."


class AdministrationTenue(Refus):
    """Somebody administers this organisation: the service does not name another."""

    phrase = "Quelqu’un administre cet organisme : c’est à cette personne d’inviter."


def sans_administration() -> PartenaireQuerySet:
    """Organisations that nobody can administer: all have left, or the service added it."""
    tenues = Appartenance.objects.actives().filter(
        role=Role.ADMINISTRATEUR, utilisateur__is_active=True, partenaire=models.OuterRef("pk")
    )
    return Partenaire.objects.porteurs().exclude(models.Exists(tenues))


@transaction.atomic
def ajouter(donnees: dict, *, par: Utilisateur, recu_le: datetime) -> Partenaire:
    """The organisation that these numbers name, made if nobody had."""
    deja = adhesions.existant(donnees)
    if deja:
        return deja
    organisme = adhesions.creer(donnees, recu_le=recu_le)
    inscrire(organisme, ActeOrganisme.AJOUTER, organisme.nom, par=par, le=recu_le)
    return organisme


def inscrire(
    partenaire: Partenaire,
    acte: ActeOrganisme,
    personne: str,
    *,
    par: Utilisateur,
    le: datetime,
    motif: str = "",
) -> None:
    """Add a line to the log of the organisation."""
    Passation.objects.create(
        partenaire=partenaire, acte=acte, personne=personne[:200], par=par, le=le, motif=motif
    )


@transaction.atomic
def quitter(appartenance: Appartenance, *, recu_le: datetime) -> None:
    """Leave an organisation: its dossiers stay.

    Raises `adhesions.DernierAdministrateur` while others are there.
    """
    if _autres_membres(appartenance).exists():
        adhesions.exiger_un_autre_administrateur(appartenance, SEULE_A_ADMINISTRER)
    Appartenance.objects.filter(pk=appartenance.pk).update(terminee_le=recu_le)
    inscrire(
        appartenance.partenaire,
        ActeOrganisme.QUITTER,
        str(appartenance.utilisateur),
        par=appartenance.utilisateur,
        le=recu_le,
    )


@transaction.atomic
def constater_depart(
    appartenance: Appartenance, *, motif: str, par: Utilisateur, recu_le: datetime
) -> None:
    """The service was told that somebody left and cannot say it.

    The person is written to, so that a mistake shows.
    """
    finies = Appartenance.objects.actives().filter(pk=appartenance.pk).update(terminee_le=recu_le)
    if not finies:
        return
    inscrire(
        appartenance.partenaire,
        ActeOrganisme.DEPART,
        str(appartenance.utilisateur),
        par=par,
        le=recu_le,
        motif=motif,
    )
    courriels.depart(appartenance, motif=motif)


@transaction.atomic
def confier(
    partenaire: Partenaire, email: str, *, motif: str, par: Utilisateur, recu_le: datetime
) -> None:
    """Give the administration to an address, by invitation. Raises `AdministrationTenue`."""
    verrouille = Partenaire.objects.select_for_update().get(pk=partenaire.pk)
    if not sans_administration().filter(pk=verrouille.pk).exists():
        raise AdministrationTenue
    adhesions.inviter(verrouille, email=email, role=Role.ADMINISTRATEUR, par=par, recu_le=recu_le)
    inscrire(verrouille, ActeOrganisme.CONFIER, email, par=par, le=recu_le, motif=motif)


def retenu_par(utilisateur: Utilisateur) -> list[Partenaire]:
    """The organisations that this person alone administers while others work there."""
    tenues = (
        Appartenance.objects.actives()
        .filter(utilisateur=utilisateur, role__in=[Role.ADMINISTRATEUR, Role.RESPONSABLE])
        .select_related("partenaire")
    )
    return [appartenance.partenaire for appartenance in tenues if _est_indispensable(appartenance)]


def _est_indispensable(appartenance: Appartenance) -> bool:
    """Nobody else has this role there; the head of the service counts even when alone."""
    autres = _autres_membres(appartenance)
    if autres.filter(role=appartenance.role).exists():
        return False
    return appartenance.role == Role.RESPONSABLE or autres.exists()


def _autres_membres(appartenance: Appartenance) -> AppartenanceQuerySet:
    """The other people of the same organisation who can sign in."""
    membres = Appartenance.objects.actives().filter(
        partenaire=appartenance.partenaire_id, utilisateur__is_active=True
    )
    return membres.exclude(pk=appartenance.pk)


@transaction.atomic
def fermer_compte(utilisateur: Utilisateur, *, recu_le: datetime) -> None:
    """Close an account: no sign-in, no address, no second factor; acts keep its name.

    Raises `adhesions.DernierAdministrateur` while an organisation would be left without anybody to
    run it.
    """
    responsables.verrouiller_le_service()
    verrouille = Utilisateur.objects.select_for_update().get(pk=utilisateur.pk)
    if retenu_par(verrouille):
        raise adhesions.DernierAdministrateur(PASSER_LA_MAIN)
    for appartenance in verrouille.appartenances.actives().select_related("partenaire"):
        inscrire(
            appartenance.partenaire,
            ActeOrganisme.FERMER,
            str(verrouille),
            par=verrouille,
            le=recu_le,
        )
    verrouille.appartenances.filter(terminee_le__isnull=True).update(terminee_le=recu_le)
    EmailAddress.objects.filter(user=verrouille).delete()
    Authenticator.objects.filter(user=verrouille).delete()
    if not (verrouille.prenom or verrouille.nom):
        verrouille.nom = "Compte fermé"
    verrouille.email = f"compte-ferme-{verrouille.pk}@invalid"
    verrouille.is_active = False
    verrouille.set_unusable_password()
    verrouille.save()


@transaction.atomic
def limiter(
    appartenance: Appartenance,
    perimetre: dict[str, list[str]],
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """The communes, axes and quartiers whose dossiers this person reads from now on; logged.

    `perimetre` is {"communes" or "axes" or "quartiers": [keys]}; empty, it limits nothing.
    """
    verrouillee = (
        Appartenance.objects.select_for_update(of=("self",))
        .select_related("utilisateur", "partenaire")
        .get(pk=appartenance.pk)
    )
    if verrouillee.perimetre == perimetre:
        return
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
