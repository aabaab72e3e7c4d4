"""What happens to organisations and their people. Each function is one transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

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
from partenaires.organismes import plafonds
from partenaires.socle import courriels, fichiers, quarantaine
from partenaires.socle.refus import Conflit, Refus


class DejaMembre(Refus):
    """The person already belongs to the organisation, or already asked to."""

    phrase = "Vous faites déjà partie de cet organisme, ou votre demande attend une réponse."


class InvitationInutilisable(Refus):
    """The link was used, has expired, never existed, or is for another address."""

    def __init__(self, lu_par: Utilisateur):
        super().__init__(
            "Ce lien a déjà servi, a expiré, ou s’adresse à une autre adresse que celle de votre "
            f"compte ({lu_par.email})."
        )


class DernierAdministrateur(Refus):
    """An organisation keeps at least one administrator."""

    phrase = (
        "Il faut au moins une personne qui administre l’organisme : donnez d’abord ce rôle à "
        "quelqu’un d’autre."
    )


class FichePerimee(Conflit):
    """Somebody saved the sheet meanwhile; `present` is the sheet as it is now."""

    phrase = (
        "Cette fiche a été enregistrée par quelqu’un d’autre pendant que vous écriviez. Votre "
        "saisie est gardée ci-dessous : comparez, puis enregistrez à nouveau."
    )


def existant(donnees: dict) -> Partenaire | None:
    """The organisation that these numbers name."""
    porteurs = Partenaire.objects.porteurs()
    if donnees["genre"] == Genre.SERVICE:
        services = porteurs.filter(genre=Genre.SERVICE)
        return services.filter(siret=donnees["siret"], nom__iexact=donnees["nom"]).first()
    autres = porteurs.exclude(genre=Genre.SERVICE)
    trouve = None
    if donnees["siret"]:
        trouve = autres.filter(siret=donnees["siret"]).first()
    if trouve is None and donnees["rna"]:
        trouve = autres.filter(rna=donnees["rna"]).first()
    return trouve


def creer(donnees: dict, *, recu_le: datetime) -> Partenaire:
    """A new organisation with its empty sheet, or the one that somebody made a moment ago.

    Raises `IntegrityError` when its numbers are those of a partner that is no applicant.
    """
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
        deja = existant(donnees)
        if deja is None:
            raise
        return deja
    return organisme


@transaction.atomic
def rejoindre_ou_creer(donnees: dict, *, par: Utilisateur, recu_le: datetime) -> Appartenance:
    """Create the organisation with its first claimant, or ask its administrators.

    Raises `DejaMembre`, or `PlusDePlace` when the document is not kept.
    """
    organisme = existant(donnees) or creer(donnees, recu_le=recu_le)
    organisme = Partenaire.objects.select_for_update().get(pk=organisme.pk)
    if organisme.appartenances.filter(utilisateur=par, terminee_le__isnull=True).exists():
        raise DejaMembre
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
        ranger_justificatif(appartenance, donnees["justificatif"], recu_le=recu_le)
    appartenance.save()
    if not premiere:
        courriels.demande_adhesion(appartenance, administrateurs(organisme))
    return appartenance


def ranger_justificatif(
    appartenance: Appartenance, fichier: fichiers.Fichier, *, recu_le: datetime
) -> None:
    """Keep the document that shows the quality, under a name that tells nothing."""
    appartenance.justificatif_nom = fichier.nom
    appartenance.justificatif_sha256 = fichier.sha256
    nom = f"{fichier.sha256[:16]}.bin"
    with fichiers.s_il_se_garde("justificatif"):
        appartenance.justificatif.save(nom, ContentFile(fichier.contenu), save=False)
    emplacement = str(appartenance.justificatif.name)
    quarantaine.confier(fichier.sha256, emplacement, est_chiffree=False, le=recu_le)


def administrateurs(partenaire: Partenaire) -> QuerySet[Utilisateur]:
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
        appartenance.acceptee_le = recu_le
        appartenance.acceptee_par = par
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
    """Send a one-time link; (the invitation, its token, which is kept nowhere).

    Raises what `plafonds.exiger` raises.
    """
    plafonds.exiger(email, par=par, recu_le=recu_le)
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


def lire_invitation(jeton: str, *, par: Utilisateur, recu_le: datetime) -> Invitation:
    """What the link offers to this person; raises `InvitationInutilisable`."""
    valables = Invitation.objects.valables(recu_le).select_related("partenaire")
    return _trouver(valables, jeton, par)


def _trouver(valables: QuerySet[Invitation], jeton: str, par: Utilisateur) -> Invitation:
    invitation = valables.filter(
        empreinte=empreinte_du_jeton(jeton), email__iexact=par.email
    ).first()
    if invitation is None:
        raise InvitationInutilisable(par)
    return invitation


@transaction.atomic
def accepter_invitation(jeton: str, *, par: Utilisateur, recu_le: datetime) -> Appartenance:
    """Consume the link, once; raises `InvitationInutilisable`."""
    verrouillees = Invitation.objects.select_for_update(of=("self",))
    invitation = _trouver(verrouillees.valables(recu_le), jeton, par)
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
    if role != Role.ADMINISTRATEUR:
        exiger_un_autre_administrateur(appartenance)
    Appartenance.objects.filter(pk=appartenance.pk).update(role=role)


@transaction.atomic
def retirer(appartenance: Appartenance, *, recu_le: datetime) -> None:
    """End a membership: rights stop at the next request; raises `DernierAdministrateur`."""
    exiger_un_autre_administrateur(appartenance)
    Appartenance.objects.filter(pk=appartenance.pk).update(terminee_le=recu_le)


def exiger_un_autre_administrateur(appartenance: Appartenance, phrase: str = "") -> None:
    """Raises `DernierAdministrateur` when this membership alone administers the organisation.

    The organisation is locked: two administrators who leave together are seen one after the other.
    """
    Partenaire.objects.select_for_update().get(pk=appartenance.partenaire_id)
    if appartenance.role != Role.ADMINISTRATEUR:
        return
    autres = Appartenance.objects.actives().filter(
        partenaire_id=appartenance.partenaire_id, role=Role.ADMINISTRATEUR
    )
    if not autres.exclude(pk=appartenance.pk).exists():
        raise DernierAdministrateur(phrase)


@transaction.atomic
def enregistrer_fiche(
    fiche: Fiche,
    ecrire: Callable[[], None],
    montants: dict[str, int],
    *,
    version_lue: int,
    siret: str,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """Save the sheet if nobody did meanwhile; raises `FichePerimee`.

    `ecrire` saves what was typed in `fiche`; `montants` is {account code: cents}.
    """
    verrouillee = Fiche.objects.select_for_update().get(pk=fiche.pk)
    if verrouillee.version != version_lue:
        raise FichePerimee(verrouillee)
    fiche.version = version_lue + 1
    fiche.modifiee_le = recu_le
    fiche.modifiee_par = par
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
