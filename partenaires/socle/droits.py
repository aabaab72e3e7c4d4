"""Who may do what with organisations and people.

Each right is a predicate that carries the sentence of its refusal: see `partenaires.socle.refus`.
"""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AnonymousUser

from partenaires.models import Appartenance, Partenaire, Utilisateur
from partenaires.models.appartenance import ROLES_AGENT, ROLES_FINANCEUR, ROLES_PORTEUR, Role
from partenaires.socle.refus import droit

Personne = Utilisateur | AnonymousUser  # whoever asks for a page, signed in or not
REDIGENT_LA_FICHE = set(ROLES_PORTEUR) - {Role.LECTEUR}


def roles(utilisateur: Personne, partenaire_pk: int | None = None) -> set[str]:
    """The active roles of a person, everywhere or in one organisation."""
    if not utilisateur.is_authenticated:
        return set()
    return {
        appartenance.role
        for appartenance in utilisateur.mes_appartenances
        if partenaire_pk in (None, appartenance.partenaire_id)
    }


def est_agent(utilisateur: Personne) -> bool:
    """An agent or the head of the Cohésion Sociale service."""
    return not roles(utilisateur).isdisjoint(ROLES_AGENT)


def est_membre(utilisateur: Personne, partenaire_pk: int) -> bool:
    """Of an organisation that asks: writes, signs, reads or administers for it.

    A place in the service or at a funder is not one.
    """
    return not roles(utilisateur, partenaire_pk).isdisjoint(ROLES_PORTEUR)


def est_responsable(utilisateur: Personne) -> bool:
    return Role.RESPONSABLE in roles(utilisateur)


def est_financeur(utilisateur: Personne) -> bool:
    return not roles(utilisateur).isdisjoint(ROLES_FINANCEUR)


@droit(
    "Seules les personnes qui administrent l’organisme invitent, acceptent et changent les rôles."
)
def peut_administrer(utilisateur: Utilisateur, partenaire: Partenaire) -> bool:
    """Invite, accept, change the roles of an organisation."""
    return Role.ADMINISTRATEUR in roles(utilisateur, partenaire.pk)


@droit("Votre rôle permet de lire cette fiche, pas de la modifier.")
def peut_modifier_fiche(utilisateur: Utilisateur, partenaire: Partenaire) -> bool:
    """Write the sheet: everybody of the organisation but its readers; an agent let in."""
    roles_ici = roles(utilisateur, partenaire.pk)
    return est_agent(utilisateur) or not roles_ici.isdisjoint(REDIGENT_LA_FICHE)


@droit("Seul le service vérifie les qualités.")
def peut_verifier_les_qualites(utilisateur: Utilisateur) -> bool:
    """Look at the document of a first claimant and agree."""
    return est_agent(utilisateur)


@droit("Ce justificatif se lit par la personne qui l’a joint et par le service.")
def peut_lire_justificatif(utilisateur: Utilisateur, appartenance: Appartenance) -> bool:
    """The claimant and the agents; nobody else of the organisation."""
    return appartenance.utilisateur_id == utilisateur.pk or est_agent(utilisateur)


@droit("La ou le responsable du service publie ces textes.")
def peut_publier_contenu(utilisateur: Utilisateur, est_reserve: bool) -> bool:
    """Every agent publishes figures, axes, partners and documents; legal texts are for the head."""
    if est_reserve:
        return est_responsable(utilisateur)
    return est_agent(utilisateur)


def doit_poser_un_second_facteur(utilisateur: Utilisateur) -> bool:
    """Agents and funders sign in with two factors."""
    concerne = est_agent(utilisateur) or est_financeur(utilisateur)
    return concerne and not is_mfa_enabled(utilisateur)
