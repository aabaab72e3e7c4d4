"""Who may do what with a dossier, now, and why not. Rows are decided by `Dossier.visibles_par`.

Each right is a predicate that carries the sentence of its refusal: see `partenaires.socle.refus`.
"""

from datetime import datetime

from appels.models import Dossier
from appels.models.etats import EN_COURSE, MODIFIABLES, Etat
from partenaires.models import Appartenance, Partenaire, Role, Utilisateur
from partenaires.models.appartenance import ROLES_AGENT
from partenaires.socle import droits
from partenaires.socle.refus import droit

REDIGENT = {Role.ADMINISTRATEUR, Role.SIGNATAIRE, Role.REDACTEUR}


@droit("Seules les personnes qui rédigent pour cet organisme écrivent ce dossier.")
def redige(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """One of the writers of the organisation, whatever the hour.

    An agent, for what came on paper; never an agent of that organisation.
    """
    if dossier.est_sur_papier:
        return lit_pour_le_service(utilisateur, dossier)
    return bool(droits.roles(utilisateur, dossier.porteur_id) & REDIGENT)


@droit("Un dossier s’écrit tant qu’il est ouvert, par les personnes qui rédigent pour l’organisme.")
def peut_rediger(
    utilisateur: Utilisateur, dossier: Dossier, instant: datetime, nom: str | None = None
) -> bool:
    """Write a draft, or one of its parts: a writer of the organisation, while it is open."""
    return dossier.est_modifiable(instant, nom) and redige(utilisateur, dossier)


@droit("L’attestation ne se demande que pour un brouillon, avant la clôture de l’appel.")
def peut_demander_signature(utilisateur: Utilisateur, dossier: Dossier, instant: datetime) -> bool:
    return peut_rediger(utilisateur, dossier, instant) and dossier.etat == Etat.BROUILLON


@droit("Seule une personne qui rédige reprend un dossier à attester, avant la clôture de l’appel.")
def peut_reprendre(utilisateur: Utilisateur, dossier: Dossier, instant: datetime) -> bool:
    return peut_rediger(utilisateur, dossier, instant) and dossier.etat == Etat.A_ATTESTER


@droit("Seul un brouillon s’abandonne, par une personne qui le rédige.")
def peut_abandonner(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Give up a draft: one of its writers, the call open or not."""
    return redige(utilisateur, dossier) and dossier.etat in MODIFIABLES


@droit("Seul un brouillon abandonné se rétablit, par une personne qui le rédige.")
def peut_retablir(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """A draft given up; a correction is opened anew from the deposit instead."""
    return (
        redige(utilisateur, dossier)
        and dossier.etat == Etat.ABANDONNE
        and dossier.corrige_id is None
    )


@droit(
    "Seule une personne signataire retire un dossier déposé, encore en course, et dont aucune "
    "décision n’a été reçue. À une subvention accordée, on renonce."
)
def peut_retirer(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Withdraw what a signatory deposited: a signatory, while no letter was received.

    Not while no funder has decided: the button that goes would tell it. The act refuses then.
    """
    return (
        est_signataire(utilisateur, dossier)
        and dossier.etat in EN_COURSE
        and not dossier.est_notifie()
    )


@droit("Seule une personne signataire de l’organisme renonce à une subvention.")
def peut_renoncer(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Give up what a funder granted."""
    return est_signataire(utilisateur, dossier) and dossier.est_depose


@droit(
    "Un dossier déposé se corrige jusqu’à la clôture de l’appel, par une personne qui le rédige, "
    "tant qu’aucun financeur n’a envoyé sa lettre. Ensuite, écrivez au service, qui peut demander "
    "une version révisée."
)
def peut_corriger(utilisateur: Utilisateur, dossier: Dossier, instant: datetime) -> bool:
    """Prepare a new version of what was deposited: its writers, until the closing and before
    any letter, or when asked.
    """
    return redige(utilisateur, dossier) and dossier.est_corrigeable(instant)


def est_signataire(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Acts for the organisation; on paper somebody signed, and the agent enters it."""
    if dossier.est_sur_papier:
        return lit_pour_le_service(utilisateur, dossier)
    return Role.SIGNATAIRE in droits.roles(utilisateur, dossier.porteur_id)


@droit("Seule une personne signataire de l’organisme peut attester et déposer.")
def peut_deposer(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Attest and deposit: a signatory; the state and the hour are checked in the transaction."""
    return est_signataire(utilisateur, dossier)


@droit(
    "Le relevé d’identité bancaire s’ouvre aux personnes qui rédigent pour l’organisme et, une "
    "fois le dossier déposé, au service."
)
def peut_ouvrir_rib(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Bank data: the writers of the organisation, and the agents of others once deposited.

    Each opening is logged.
    """
    return redige(utilisateur, dossier) or (
        lit_pour_le_service(utilisateur, dossier) and dossier.est_depose
    )


def peut_lire_les_personnes(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Phones and addresses of the persons: the organisation and the service.

    Funders read the rest.
    """
    est_dedans = bool(droits.roles(utilisateur, dossier.porteur_id))
    return est_dedans or lit_pour_le_service(utilisateur, dossier)


def lit_pour_le_service(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """An agent reads what an organisation wrote; not the agent's own organisation.

    Nor what the same person reads for a funder alone, out of the perimeter of the agent.
    """
    if not droits.est_agent(utilisateur) or droits.est_membre(utilisateur, dossier.porteur_id):
        return False
    if not droits.est_financeur(utilisateur):
        return True
    return Dossier.objects.lus_pour_le_service(utilisateur).filter(pk=dossier.pk).exists()


def lit_pour_un_financeur(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """The same of a funder’s people."""
    est_membre = droits.est_membre(utilisateur, dossier.porteur_id)
    return droits.est_financeur(utilisateur) and not est_membre


def peut_administrer_les_appels(utilisateur: Utilisateur) -> bool:
    return droits.est_agent(utilisateur)


@droit("Ce dossier n’est plus en course : aucune décision ne peut y être saisie.")
def peut_saisir_les_decisions(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """The service, on a dossier that is deposited and neither withdrawn nor refused at the door."""
    return lit_pour_le_service(utilisateur, dossier) and dossier.etat in EN_COURSE


# What belongs to the head of the service, gesture by gesture.


@droit("Seule la ou le responsable du service publie un appel.")
def peut_publier_un_appel(utilisateur: Utilisateur) -> bool:
    """Make a call public."""
    return droits.est_responsable(utilisateur)


@droit("Seule la ou le responsable du service choisit le régime d’un appel.")
def peut_choisir_le_regime(utilisateur: Utilisateur) -> bool:
    """Say what a deposit is worth in law."""
    return droits.est_responsable(utilisateur)


@droit("Seule la ou le responsable du service prolonge un appel.")
def peut_prolonger_un_appel(utilisateur: Utilisateur) -> bool:
    """Put off the closing of a call for everybody."""
    return droits.est_responsable(utilisateur)


@droit("Seule la ou le responsable du service fige ou rouvre un scénario.")
def peut_figer_un_scenario(utilisateur: Utilisateur) -> bool:
    """Keep one scenario, or open it again."""
    return droits.est_responsable(utilisateur)


@droit("Seule la ou le responsable du service clôt une séance.")
def peut_clore_un_comite(utilisateur: Utilisateur) -> bool:
    """Close a meeting: its minutes no longer change."""
    return droits.est_responsable(utilisateur)


@droit("Seule la ou le responsable du service libère les lettres.")
def peut_liberer_les_lettres(utilisateur: Utilisateur) -> bool:
    """Let the letters reach the organisations."""
    return droits.est_responsable(utilisateur)


@droit("Seule la ou le responsable du service publie les projets soutenus.")
def peut_publier_les_decisions(utilisateur: Utilisateur) -> bool:
    """Let everybody read a decision whose letter left, or nobody any more."""
    return droits.est_responsable(utilisateur)


@droit("Seule la ou le responsable du service déroge à une étape de la procédure.")
def peut_deroger(utilisateur: Utilisateur) -> bool:
    """Let a dossier past a barrier, by a written reason."""
    return droits.est_responsable(utilisateur)


@droit(
    "Les années passées se reprennent pour tout le contrat : votre périmètre, limité, ne le permet "
    "pas. Une autre personne du service s’en charge."
)
def peut_preparer_une_reprise(utilisateur: Utilisateur) -> bool:
    """Give a file of past years and say what it holds: an agent whom no perimeter limits."""
    return any(
        appartenance.roles & set(ROLES_AGENT) and not appartenance.perimetre
        for appartenance in utilisateur.mes_appartenances
    )


@droit("Seule la ou le responsable du service applique, publie ou défait une reprise.")
def peut_appliquer_une_reprise(utilisateur: Utilisateur) -> bool:
    """Write what a file of past years says, let everybody read it, undo it."""
    return droits.est_responsable(utilisateur) and peut_preparer_une_reprise(utilisateur)


def avise_pour(utilisateur: Utilisateur, dossier: Dossier) -> Partenaire | None:
    """The funder asked in this dossier for which a person gives the opinion, within the perimeter
    that it gives them.
    """
    financeurs = {
        appartenance.partenaire_id: appartenance.partenaire
        for appartenance in utilisateur.mes_appartenances
        if Role.AVIS_FINANCEUR in appartenance.roles
        and (not appartenance.perimetre or _atteint(appartenance, utilisateur, dossier))
    }
    demandes = dossier.financements.filter(partenaire__in=financeurs)
    sollicite = demandes.values_list("partenaire", flat=True).first()
    return financeurs.get(sollicite) if sollicite else None


def _atteint(appartenance: Appartenance, utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """The perimeter of this membership alone comprises the dossier."""
    lui = Dossier.objects.filter(pk=dossier.pk)
    chez = appartenance.partenaire_id
    return lui.du_perimetre_de(utilisateur, [Role.AVIS_FINANCEUR], chez).exists()


@droit("Seule une personne qui donne l’avis d’un financeur sollicité écrit ici.")
def peut_donner_un_avis(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Write the opinion of a funder asked in this dossier."""
    return avise_pour(utilisateur, dossier) is not None


@droit("Seules les personnes qui instruisent ou donnent un avis notent.")
def peut_noter(utilisateur: Utilisateur) -> bool:
    """Score the dossiers that one reads: the service, and whoever gives the opinion of a funder."""
    return droits.est_agent(utilisateur) or Role.AVIS_FINANCEUR in droits.roles(utilisateur)


@droit(
    "Seule la ou le responsable du service déclare le déport d’une autre personne et tient le "
    "registre."
)
def peut_deporter_autrui(utilisateur: Utilisateur) -> bool:
    """Declare for somebody else, lift, read the register: the head of the service."""
    return droits.est_responsable(utilisateur)


@droit("Ce dossier est retiré : il ne s’examine plus.")
def peut_examiner(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Ask, admit, set aside, flag: the service, on what was deposited and not withdrawn."""
    examinable = dossier.etat in (*EN_COURSE, Etat.IRRECEVABLE)
    return lit_pour_le_service(utilisateur, dossier) and examinable


@droit("Les messages sont entre l’organisme et le service.")
def peut_lire_les_messages(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """The organisation and the service; not the funders."""
    return peut_lire_les_personnes(utilisateur, dossier)


def peut_ecrire_au_service(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Send a message for the organisation: its writers.

    A draft too, which the message opens to the service; not one that the service itself writes.
    """
    if not bool(droits.roles(utilisateur, dossier.porteur_id) & REDIGENT):
        return False
    return dossier.est_depose or (dossier.etat in MODIFIABLES and not dossier.est_sur_papier)


def peut_ecrire_a_l_organisme(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Send a message for the service: once deposited, or on a draft opened to it."""
    est_ouvert = dossier.ouvert_au_service_le is not None and dossier.etat in MODIFIABLES
    return lit_pour_le_service(utilisateur, dossier) and (dossier.est_depose or est_ouvert)


@droit(
    "Les messages s’échangent entre les personnes qui rédigent pour l’organisme et le service, "
    "sur un dossier déposé ou un brouillon ouvert au service."
)
def peut_ecrire_un_message(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Write for one of the two sides, or say that what the other wrote needs no answer."""
    pour_le_service = peut_ecrire_a_l_organisme(utilisateur, dossier)
    return pour_le_service or peut_ecrire_au_service(utilisateur, dossier)
