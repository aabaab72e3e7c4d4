"""Organisations are founded, joined, described. Each function is one transaction."""

from collections.abc import Callable
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from partenaires.models import (
    ActeOrganisme,
    Appartenance,
    Fiche,
    Genre,
    LigneBudgetOrganisme,
    Partenaire,
    Role,
    Utilisateur,
)
from partenaires.models.appartenance import ROLES_FONDATEUR
from partenaires.organismes.actions import journal, membres
from partenaires.socle import courriels, fichiers, place, quarantaine
from partenaires.socle.refus import Conflit, Refus


class DejaMembre(Refus):
    """The person already belongs to the organisation, or already asked to."""

    phrase = "Vous faites déjà partie de cet organisme, ou votre demande attend une réponse."


class DejaRepondue(Conflit):
    """Another administrator answered the contrary; `present` is the membership."""

    def __init__(self, present: Appartenance):
        suite = "fait partie" if present.acceptee_le else "ne fait pas partie"
        super().__init__(
            present,
            f"Quelqu’un a déjà répondu à cette demande : {present.utilisateur} {suite} de "
            "l’organisme. Rien n’a changé.",
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


def creer(donnees: dict, *, recu_le: datetime) -> tuple[Partenaire, bool]:
    """(a new organisation with its empty sheet, True), or (what somebody made just now, False).

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
        return deja, False
    return organisme, True


@transaction.atomic
def rejoindre_ou_creer(donnees: dict, *, par: Utilisateur, recu_le: datetime) -> Appartenance:
    """Found a new organisation; else ask those who hold it, or the service when nobody does.

    Raises `DejaMembre`, or `PlusDePlace` when the document is not kept.
    """
    organisme = existant(donnees)
    est_nouveau = organisme is None
    if organisme is None:
        organisme, est_nouveau = creer(donnees, recu_le=recu_le)
    organisme = Partenaire.objects.select_for_update().get(pk=organisme.pk)
    if organisme.appartenances.filter(utilisateur=par, terminee_le__isnull=True).exists():
        raise DejaMembre
    appartenance = Appartenance(
        utilisateur=par,
        partenaire=organisme,
        qualite=donnees["qualite"],
        demandee_le=recu_le,
        roles=ROLES_FONDATEUR if est_nouveau else {Role.REDACTEUR},
        est_premiere=est_nouveau,
        acceptee_le=recu_le if est_nouveau else None,
    )
    if donnees.get("justificatif"):
        ranger_justificatif(appartenance, donnees["justificatif"], recu_le=recu_le)
    appartenance.save()
    _annoncer(appartenance)
    return appartenance


def _annoncer(appartenance: Appartenance) -> None:
    """Who answers is told; for a claim, whoever held the organisation is told too."""
    organisme = appartenance.partenaire
    tenants = administrateurs(organisme)
    if tenants.exists():
        courriels.demande_adhesion(appartenance, tenants)
        return
    journal.inscrire(
        organisme,
        ActeOrganisme.DEMANDER,
        str(appartenance.utilisateur),
        par=appartenance.utilisateur,
        le=appartenance.demandee_le,
        motif=appartenance.qualite,
    )
    courriels.revendication(appartenance, service(), _anciens(appartenance))


def service() -> QuerySet[Utilisateur]:
    """The people of the service."""
    agents = Appartenance.objects.agents()
    return Utilisateur.objects.filter(is_active=True, appartenances__in=agents).distinct()


def _anciens(appartenance: Appartenance) -> QuerySet[Utilisateur]:
    """Whoever holds or held the organisation, and could say that a claim is not theirs."""
    autres = Appartenance.objects.filter(
        partenaire=appartenance.partenaire, acceptee_le__isnull=False, refusee_le__isnull=True
    )
    return (
        Utilisateur.objects.filter(is_active=True, appartenances__in=autres)
        .exclude(pk=appartenance.utilisateur_id)
        .distinct()
    )


@transaction.atomic
def joindre_justificatif(
    appartenance: Appartenance, fichier: fichiers.Fichier, *, recu_le: datetime
) -> None:
    """The document that shows a quality, given after the claim; the service reads the last."""
    verrouillee = Appartenance.objects.select_for_update(of=("self",)).get(pk=appartenance.pk)
    ranger_justificatif(verrouillee, fichier, recu_le=recu_le)
    verrouillee.save(update_fields=["justificatif", "justificatif_nom", "justificatif_sha256"])


def ranger_justificatif(
    appartenance: Appartenance, fichier: fichiers.Fichier, *, recu_le: datetime
) -> None:
    """Keep the document that shows the quality, under a name that tells nothing."""
    titulaire = place.Titulaire(appartenance.utilisateur)
    place.exiger(fichier.taille, titulaire, recu_le=recu_le)
    appartenance.justificatif_nom = fichier.nom
    appartenance.justificatif_sha256 = fichier.sha256
    nom = f"{fichier.sha256[:16]}.bin"
    with fichiers.s_il_se_garde("justificatif"):
        appartenance.justificatif.save(nom, ContentFile(fichier.contenu), save=False)
    emplacement = str(appartenance.justificatif.name)
    quarantaine.confier(fichier, emplacement, titulaire, le=recu_le)


def administrateurs(partenaire: Partenaire) -> QuerySet[Utilisateur]:
    """The people who may answer for an organisation: its administrators who are verified."""
    membres = partenaire.appartenances.administrent().fiables()
    return Utilisateur.objects.filter(appartenances__in=membres)


@transaction.atomic
def repondre_adhesion(
    appartenance: Appartenance, *, oui: bool, par: Utilisateur, recu_le: datetime
) -> None:
    """An administrator says yes or no; said twice, the first answer stays.

    Who is let in writes; trust in them hangs from who let them in. Raises `DejaRepondue` when the
    first answer was the contrary.
    """
    Partenaire.objects.select_for_update().get(pk=appartenance.partenaire_id)
    appartenance = Appartenance.objects.select_for_update(of=("self",)).get(pk=appartenance.pk)
    if appartenance.acceptee_le or appartenance.terminee_le:
        if oui == (appartenance.terminee_le is not None):
            raise DejaRepondue(appartenance)
        return
    if oui:
        appartenance.acceptee_le = recu_le
        appartenance.acceptee_par = par
        appartenance.roles = frozenset({Role.REDACTEUR})
        appartenance.est_premiere = False
        appartenance.garant = membres.garant_de(par, appartenance.partenaire_id)
    else:
        appartenance.terminee_le = recu_le
    appartenance.save()
    if oui:
        journal.inscrire(
            appartenance.partenaire,
            ActeOrganisme.REJOINDRE,
            str(appartenance.utilisateur),
            par=par,
            le=recu_le,
            motif=appartenance.roles_dits,
        )
    courriels.reponse_adhesion(appartenance)


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
