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
    tenus: set[str] = set()
    for appartenance in utilisateur.mes_appartenances:
        if partenaire_pk in (None, appartenance.partenaire_id):
            tenus |= appartenance.roles
    return tenus


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


def lit_pour_ce_financeur(utilisateur: Personne, partenaire_pk: int | None) -> bool:
    """One of the people of this funder: not those who write the projects that it carries."""
    if partenaire_pk is None:
        return False
    return not roles(utilisateur, partenaire_pk).isdisjoint(ROLES_FINANCEUR)


def est_verifie(utilisateur: Utilisateur, partenaire: Partenaire) -> bool:
    """The chain that brought this person there ends at somebody whom the service knows."""
    return any(
        appartenance.partenaire_id == partenaire.pk and appartenance.qualite_verifiee
        for appartenance in utilisateur.mes_appartenances
    )


@droit(
    "Inviter, accepter et changer les rôles demandent d’administrer l’organisme avec une qualité "
    "vérifiée. Si la vôtre ne l’est pas encore, joignez un document qui la montre : le service le "
    "regardera. D’ici là, vous pouvez écrire et déposer."
)
def peut_administrer(utilisateur: Utilisateur, partenaire: Partenaire) -> bool:
    """Invite, accept, change the roles of an organisation: rights over others ask for trust."""
    est_administrateur = Role.ADMINISTRATEUR in roles(utilisateur, partenaire.pk)
    return est_administrateur and est_verifie(utilisateur, partenaire)


@droit(
    "D’autres personnes tenaient cet organisme avant vous, et sa fiche s’ouvrira quand le service "
    "aura vérifié votre qualité : joignez un document qui la montre. Si vous êtes du service, "
    "votre périmètre ne comprend pas sa commune."
)
def peut_lire_fiche(utilisateur: Utilisateur, partenaire: Partenaire) -> bool:
    """The sheet: an unverified claimant reads none that others may have written."""
    if est_verifie(utilisateur, partenaire):
        return True
    if _sert_au_dehors(utilisateur, partenaire.pk):
        return _remplit_sans_membre(utilisateur, partenaire)
    autres = Appartenance.objects.filter(partenaire=partenaire, acceptee_le__isnull=False)
    return not autres.exclude(utilisateur=utilisateur).exists()


@droit(
    "Cette fiche se modifie par les personnes qui rédigent pour l’organisme ; quand personne ne "
    "l’administre, par le service, chacun dans son périmètre."
)
def peut_modifier_fiche(utilisateur: Utilisateur, partenaire: Partenaire) -> bool:
    """Write the sheet: everybody of the organisation but its readers; an agent let in.

    Never what one may not read: an unverified claimant would write over what others wrote.
    """
    if not peut_lire_fiche(utilisateur, partenaire):
        return False
    roles_ici = roles(utilisateur, partenaire.pk)
    est_permis = not roles_ici.isdisjoint(REDIGENT_LA_FICHE)
    return est_permis or _remplit_sans_membre(utilisateur, partenaire)


def _remplit_sans_membre(utilisateur: Utilisateur, partenaire: Partenaire) -> bool:
    """The sheet of who asked on paper: the service, but for a commune known to be out of reach.

    An axis or a quartier says nothing of where an organisation is: it keeps nobody away.
    """
    return _sert_au_dehors(utilisateur, partenaire.pk) and any(
        _n_ecarte_pas(appartenance.perimetre, partenaire)
        for appartenance in utilisateur.mes_appartenances
        if appartenance.roles & set(ROLES_AGENT)
    )


def _n_ecarte_pas(perimetre: dict[str, list[str]], partenaire: Partenaire) -> bool:
    communes = perimetre.get("communes", [])
    return not communes or not partenaire.code_insee or partenaire.code_insee in communes


def _sert_au_dehors(utilisateur: Utilisateur, partenaire_pk: int) -> bool:
    """The service, for an organisation where this person is nobody: a member acts as a member."""
    return est_agent(utilisateur) and not est_membre(utilisateur, partenaire_pk)


@droit("Seul le service vérifie les qualités.")
def peut_verifier_les_qualites(utilisateur: Utilisateur) -> bool:
    """See whose quality waits to be looked at."""
    return est_agent(utilisateur)


@droit(
    "Votre périmètre ne comprend pas cet organisme, ou vous en faites partie : demandez à une "
    "autre personne du service."
)
def peut_juger(utilisateur: Utilisateur, partenaire: Partenaire) -> bool:
    """Say who holds an organisation: an agent, within the perimeter, who is nobody there."""
    est_dedans = partenaire.pk in [
        appartenance.partenaire_id for appartenance in utilisateur.mes_appartenances
    ]
    return not est_dedans and any(
        _couvre(appartenance.perimetre, partenaire)
        for appartenance in utilisateur.mes_appartenances
        if appartenance.roles & set(ROLES_AGENT)
    )


def _couvre(perimetre: dict[str, list[str]], partenaire: Partenaire) -> bool:
    """An axis or a quartier does not say where an organisation is; its commune does."""
    if not perimetre:
        return True
    return set(perimetre) == {"communes"} and partenaire.code_insee in perimetre["communes"]


@droit("Ce justificatif se lit par la personne qui l’a joint et par le service.")
def peut_lire_justificatif(utilisateur: Utilisateur, appartenance: Appartenance) -> bool:
    """The claimant and the agents; nobody else of the organisation."""
    est_la_sienne = appartenance.utilisateur_id == utilisateur.pk
    return est_la_sienne or _sert_au_dehors(utilisateur, appartenance.partenaire_id)


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
