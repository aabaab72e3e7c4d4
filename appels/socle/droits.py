"""Who may do what with a dossier, now. Rows are decided by `Dossier.objects.visibles_par`."""

from datetime import datetime

from appels.models import Appel, Dossier
from appels.models.etats import MODIFIABLES, Etat
from appels.socle.suivi import EN_COURS
from partenaires.models import Partenaire, Role, Utilisateur
from partenaires.socle import droits

REDIGENT = {Role.ADMINISTRATEUR, Role.SIGNATAIRE, Role.REDACTEUR}


def redige(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """One of the writers of the organisation, whatever the hour; an agent for what came on
    paper.
    """
    if dossier.est_sur_papier:
        return droits.est_agent(utilisateur)
    return bool(droits.roles(utilisateur, dossier.porteur_id) & REDIGENT)


def peut_rediger(
    utilisateur: Utilisateur, dossier: Dossier, instant: datetime, nom: str | None = None
) -> bool:
    """Write a draft, or one of its parts: a writer of the organisation, while it is open."""
    return dossier.est_modifiable(instant, nom) and redige(utilisateur, dossier)


def peut_demander_signature(utilisateur: Utilisateur, dossier: Dossier, instant: datetime) -> bool:
    return peut_rediger(utilisateur, dossier, instant) and dossier.etat == Etat.BROUILLON


def peut_reprendre(utilisateur: Utilisateur, dossier: Dossier, instant: datetime) -> bool:
    return peut_rediger(utilisateur, dossier, instant) and dossier.etat == Etat.A_ATTESTER


def peut_abandonner(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Give up a draft: one of its writers, the call open or not."""
    return redige(utilisateur, dossier) and dossier.etat in MODIFIABLES


def peut_retablir(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """A draft given up; a correction is opened anew from the deposit instead."""
    return (
        redige(utilisateur, dossier)
        and dossier.etat == Etat.ABANDONNE
        and dossier.corrige_id is None
    )


def peut_retirer(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Withdraw what a signatory deposited: a signatory, while nobody has closed it."""
    return est_signataire(utilisateur, dossier) and dossier.etat in EN_COURS


def peut_corriger(utilisateur: Utilisateur, dossier: Dossier, instant: datetime) -> bool:
    """Prepare a new version of what was deposited: its writers, until the closing, or when
    asked.
    """
    return redige(utilisateur, dossier) and dossier.est_corrigeable(instant)


def est_signataire(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Acts for the organisation; on paper somebody signed, and the agent enters it."""
    if dossier.est_sur_papier:
        return droits.est_agent(utilisateur)
    return Role.SIGNATAIRE in droits.roles(utilisateur, dossier.porteur_id)


def peut_deposer(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Attest and deposit: a signatory; the state and the hour are checked in the transaction."""
    return est_signataire(utilisateur, dossier)


def peut_ouvrir_rib(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Bank data: the writers of the organisation, and the agents of others once deposited; each
    opening is logged.
    """
    return redige(utilisateur, dossier) or (
        lit_pour_le_service(utilisateur, dossier) and dossier.est_depose
    )


def peut_lire_les_personnes(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Phones and addresses of the persons: the organisation and the service; funders read the
    rest.
    """
    return bool(droits.roles(utilisateur, dossier.porteur_id)) or droits.est_agent(utilisateur)


def lit_pour_le_service(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """An agent reads what an organisation wrote; not the agent's own organisation."""
    return droits.est_agent(utilisateur) and not droits.roles(utilisateur, dossier.porteur_id)


def peut_administrer_les_appels(utilisateur: Utilisateur) -> bool:
    return droits.est_agent(utilisateur)


def peut_saisir_les_decisions(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """The service, on a dossier that is deposited and neither withdrawn nor refused at the door."""
    return droits.est_agent(utilisateur) and dossier.etat in EN_COURS


def peut_publier(utilisateur: Utilisateur, appel: Appel | None = None) -> bool:
    """Make a call public, fill the service's identity: the head of the service."""
    return droits.est_responsable(utilisateur)


def avise_pour(utilisateur: Utilisateur, dossier: Dossier) -> Partenaire | None:
    """The funder asked in this dossier for which a person gives the opinion."""
    miens = {
        a.partenaire_id: a.partenaire
        for a in utilisateur.mes_appartenances
        if a.role == Role.AVIS_FINANCEUR
    }
    demande = (
        dossier.financements.filter(partenaire__in=miens)
        .values_list("partenaire", flat=True)
        .first()
    )
    return miens.get(demande)


def peut_noter(utilisateur: Utilisateur) -> bool:
    """Score the dossiers that one reads: the service, and whoever gives the opinion of a funder."""
    return droits.est_agent(utilisateur) or Role.AVIS_FINANCEUR in droits.roles(utilisateur)


def peut_deporter_autrui(utilisateur: Utilisateur) -> bool:
    """Declare for somebody else, lift, read the register: the head of the service."""
    return droits.est_responsable(utilisateur)


def peut_examiner(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Ask, admit, set aside, flag: the service, on what was deposited and is still in course or was
    set aside.
    """
    return droits.est_agent(utilisateur) and dossier.etat in (*EN_COURS, Etat.IRRECEVABLE)


def peut_ecrire_au_service(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Send a message for the organisation: its writers, once deposited."""
    return bool(droits.roles(utilisateur, dossier.porteur_id) & REDIGENT) and dossier.est_depose


def peut_ecrire_a_l_organisme(utilisateur: Utilisateur, dossier: Dossier) -> bool:
    """Send a message for the service."""
    return lit_pour_le_service(utilisateur, dossier) and dossier.est_depose
