"""What happens to organisations and their people. Each function is one transaction."""

from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from partenaires.models import (
    Appartenance,
    Fiche,
    Genre,
    Invitation,
    LigneBudgetOrganisme,
    Partenaire,
    Role,
    Utilisateur,
)
from partenaires.models.appartenance import empreinte_du_jeton
from partenaires.socle import courriels, quarantaine
from partenaires.socle.fichiers import Fichier


class DejaMembre(Exception):
    """The person already belongs to the organisation, or already asked to."""


class InvitationInutilisable(Exception):
    """The link was used, has expired or never existed."""


class DernierAdministrateur(Exception):
    """An organisation keeps at least one administrator."""


class FichePerimee(Exception):
    """Somebody saved the sheet meanwhile."""


def existant(donnees: dict) -> Partenaire | None:
    """The organisation that these numbers name."""
    porteurs = Partenaire.objects.porteurs()
    if donnees["genre"] == Genre.SERVICE:
        return porteurs.filter(
            genre=Genre.SERVICE, siret=donnees["siret"], nom__iexact=donnees["nom"]
        ).first()
    autres = porteurs.exclude(genre=Genre.SERVICE)
    if donnees["siret"] and (trouve := autres.filter(siret=donnees["siret"]).first()):
        return trouve
    return autres.filter(rna=donnees["rna"]).first() if donnees["rna"] else None


def creer(donnees: dict, *, recu_le: datetime) -> Partenaire:
    """A new organisation with its empty sheet, or the one that somebody made a moment ago."""
    try:
        with transaction.atomic():
            organisme = Partenaire.objects.create(
                genre=donnees["genre"],
                nom=donnees["nom"],
                siret=donnees["siret"],
                rna=donnees["rna"],
                commune=donnees["commune"],
                cree_le=recu_le,
            )
            Fiche.objects.create(partenaire=organisme)
    except IntegrityError:
        return existant(donnees)
    return organisme


@transaction.atomic
def rejoindre_ou_creer(donnees: dict, *, par: Utilisateur, recu_le: datetime) -> Appartenance:
    """Create the organisation with its first claimant, or ask its administrators; raises
    `DejaMembre`.
    """
    organisme = existant(donnees) or creer(donnees, recu_le=recu_le)
    organisme = Partenaire.objects.select_for_update().get(pk=organisme.pk)
    if organisme.appartenances.filter(utilisateur=par, terminee_le__isnull=True).exists():
        raise DejaMembre(organisme)
    premiere = not organisme.appartenances.actives().exists()
    appartenance = Appartenance(
        utilisateur=par,
        partenaire=organisme,
        qualite=donnees["qualite"],
        demandee_le=recu_le,
        role=Role.ADMINISTRATEUR if premiere else Role.REDACTEUR,
        est_premiere=premiere,
        acceptee_le=recu_le if premiere else None,
    )
    if donnees.get("justificatif"):
        ranger_justificatif(appartenance, donnees["justificatif"])
        quarantaine.confier(
            appartenance.justificatif_sha256,
            appartenance.justificatif.name,
            est_chiffree=False,
            le=recu_le,
        )
    appartenance.save()
    if not premiere:
        courriels.demande_adhesion(appartenance, administrateurs(organisme))
    return appartenance


def ranger_justificatif(appartenance: Appartenance, fichier: Fichier) -> None:
    """Keep the document that shows the quality, under a name that tells nothing."""
    appartenance.justificatif_nom, appartenance.justificatif_sha256 = fichier.nom, fichier.sha256
    appartenance.justificatif.save(
        f"{fichier.sha256[:16]}.bin", ContentFile(fichier.contenu), save=False
    )


def administrateurs(partenaire: Partenaire):
    """The people who administer an organisation."""
    membres = partenaire.appartenances.actives().filter(role=Role.ADMINISTRATEUR)
    return Utilisateur.objects.filter(is_active=True, appartenances__in=membres)


@transaction.atomic
def repondre_adhesion(
    appartenance: Appartenance, *, oui: bool, par: Utilisateur, recu_le: datetime
) -> None:
    """An administrator says yes or no; said twice, the first answer stays."""
    appartenance = Appartenance.objects.select_for_update(of=("self",)).get(pk=appartenance.pk)
    if appartenance.acceptee_le or appartenance.terminee_le:
        return
    if oui:
        appartenance.acceptee_le, appartenance.acceptee_par = recu_le, par
    else:
        appartenance.terminee_le = recu_le
    appartenance.save()
    courriels.reponse_adhesion(appartenance)


@transaction.atomic
def verifier_qualite(appartenance: Appartenance, *, par: Utilisateur, recu_le: datetime) -> None:
    """An agent has looked at the document of a first claimant."""
    Appartenance.objects.filter(pk=appartenance.pk, verifiee_le__isnull=True).update(
        verifiee_le=recu_le, verifiee_par=par
    )


@transaction.atomic
def inviter(
    partenaire: Partenaire, *, email: str, role: str, par: Utilisateur | None, recu_le: datetime
) -> tuple[Invitation, str]:
    """Send a one-time link; (the invitation, its token, which is kept nowhere)."""
    jeton = Invitation.nouveau_jeton()
    invitation = Invitation.objects.create(
        partenaire=partenaire,
        email=email.lower(),
        role=role,
        invitee_par=par,
        cree_le=recu_le,
        expire_le=recu_le + timedelta(days=Invitation.DUREE_JOURS),
        empreinte=empreinte_du_jeton(jeton),
    )
    courriels.invitation(invitation, jeton)
    return invitation, jeton


@transaction.atomic
def accepter_invitation(jeton: str, *, par: Utilisateur, recu_le: datetime) -> Appartenance:
    """Consume the link, once; raises `InvitationInutilisable`."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .valables(recu_le)
        .filter(empreinte=empreinte_du_jeton(jeton), email__iexact=par.email)
        .first()
    )
    if invitation is None:
        raise InvitationInutilisable
    invitation.utilisee_le = recu_le
    invitation.save(update_fields=["utilisee_le"])
    appartenance = Appartenance.objects.filter(
        utilisateur=par, partenaire=invitation.partenaire, terminee_le__isnull=True
    ).first()
    if appartenance is None:
        appartenance = Appartenance(
            utilisateur=par, partenaire=invitation.partenaire, demandee_le=recu_le
        )
    appartenance.role = invitation.role
    appartenance.acceptee_le = appartenance.acceptee_le or recu_le
    appartenance.acceptee_par = invitation.invitee_par
    appartenance.save()
    return appartenance


@transaction.atomic
def changer_role(appartenance: Appartenance, role: str) -> None:
    """Change what a member may do; raises `DernierAdministrateur`."""
    _garder_un_administrateur(appartenance, reste=role == Role.ADMINISTRATEUR)
    Appartenance.objects.filter(pk=appartenance.pk).update(role=role)


@transaction.atomic
def retirer(appartenance: Appartenance, *, recu_le: datetime) -> None:
    """End a membership: rights stop at the next request; raises `DernierAdministrateur`."""
    _garder_un_administrateur(appartenance, reste=False)
    Appartenance.objects.filter(pk=appartenance.pk).update(terminee_le=recu_le)


def _garder_un_administrateur(appartenance: Appartenance, *, reste: bool) -> None:
    Partenaire.objects.select_for_update().get(pk=appartenance.partenaire_id)
    autres = (
        Appartenance.objects.actives()
        .filter(partenaire_id=appartenance.partenaire_id, role=Role.ADMINISTRATEUR)
        .exclude(pk=appartenance.pk)
    )
    if not reste and appartenance.role == Role.ADMINISTRATEUR and not autres.exists():
        raise DernierAdministrateur


@transaction.atomic
def enregistrer_fiche(
    fiche: Fiche,
    ecrire,
    montants: dict[str, int],
    *,
    version_lue: int,
    siret: str,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """Save the sheet if nobody did meanwhile; raises `FichePerimee`. `montants` in cents."""
    verrouillee = Fiche.objects.select_for_update().get(pk=fiche.pk)
    if verrouillee.version != version_lue:
        raise FichePerimee
    fiche.version, fiche.modifiee_le, fiche.modifiee_par = version_lue + 1, recu_le, par
    ecrire()
    LigneBudgetOrganisme.objects.filter(fiche=fiche).delete()
    LigneBudgetOrganisme.objects.bulk_create(
        LigneBudgetOrganisme(fiche=fiche, code=code, montant=montant)
        for code, montant in montants.items()
    )
    if siret:
        partenaire = Partenaire.objects.get(pk=fiche.partenaire_id)
        partenaire.siret = siret
        partenaire.save(update_fields=["siret"])
