"""Who may do what with organisations and people. Rows are decided by `visibles_par`."""

from allauth.mfa.utils import is_mfa_enabled

from partenaires.models import Appartenance, Partenaire, Utilisateur
from partenaires.models.appartenance import ROLES_AGENT, ROLES_FINANCEUR, ROLES_PORTEUR, Role


def roles(utilisateur: Utilisateur, partenaire_pk: int | None = None) -> set[str]:
    """The active roles of a person, everywhere or in one organisation."""
    if not utilisateur.is_authenticated:
        return set()
    return {
        a.role for a in utilisateur.mes_appartenances if partenaire_pk in (None, a.partenaire_id)
    }


def est_agent(utilisateur: Utilisateur) -> bool:
    """An agent or the head of the Cohésion Sociale service."""
    return not roles(utilisateur).isdisjoint(ROLES_AGENT)


def est_responsable(utilisateur: Utilisateur) -> bool:
    return Role.RESPONSABLE in roles(utilisateur)


def est_financeur(utilisateur: Utilisateur) -> bool:
    return not roles(utilisateur).isdisjoint(ROLES_FINANCEUR)


def peut_administrer(utilisateur: Utilisateur, partenaire: Partenaire) -> bool:
    """Invite, accept, change the roles of an organisation."""
    return Role.ADMINISTRATEUR in roles(utilisateur, partenaire.pk)


def peut_modifier_fiche(utilisateur: Utilisateur, partenaire: Partenaire) -> bool:
    """Write the organisation's sheet: everybody of it but its readers; an agent whom the page let
    in.
    """
    siens = roles(utilisateur, partenaire.pk)
    return est_agent(utilisateur) or not siens.isdisjoint(set(ROLES_PORTEUR) - {Role.LECTEUR})


def peut_verifier_les_qualites(utilisateur: Utilisateur) -> bool:
    """Look at the document of a first claimant and agree."""
    return est_agent(utilisateur)


def peut_lire_justificatif(utilisateur: Utilisateur, appartenance: Appartenance) -> bool:
    """The claimant and the agents; nobody else of the organisation."""
    return appartenance.utilisateur_id == utilisateur.pk or est_agent(utilisateur)


def peut_publier_contenu(utilisateur: Utilisateur, est_reserve: bool) -> bool:
    """Every agent publishes figures, axes, partners and documents; legal texts are for the head of
    the service.
    """
    return est_responsable(utilisateur) if est_reserve else est_agent(utilisateur)


def doit_poser_un_second_facteur(utilisateur: Utilisateur) -> bool:
    """Agents and funders sign in with two factors."""
    concerne = est_agent(utilisateur) or est_financeur(utilisateur)
    return concerne and not is_mfa_enabled(utilisateur)
