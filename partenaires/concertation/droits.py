"""Who of the service may do what with the residents' say."""

from partenaires.models import Contribution, Recours, Utilisateur, VerbeParole
from partenaires.models.appartenance import ROLES_AGENT
from partenaires.socle import droits
from partenaires.socle.refus import droit

ECARTENT = (VerbeParole.REFUSER, VerbeParole.MASQUER)


@droit(
    "Votre périmètre ne comprend pas ce quartier ou cet axe : une autre personne du service s’en "
    "charge."
)
def peut_moderer(utilisateur: Utilisateur, contribution: Contribution) -> bool:
    """Read, publish, refuse, mask, study, answer: an agent whose perimeter does not leave it out.

    What names neither quartier nor axis is left out of nobody's.
    """
    return any(
        _n_ecarte_pas(appartenance.perimetre, contribution)
        for appartenance in utilisateur.mes_appartenances
        if appartenance.roles & set(ROLES_AGENT)
    )


def _n_ecarte_pas(perimetre: dict[str, list[str]], contribution: Contribution) -> bool:
    axes = perimetre.get("axes")
    if axes and contribution.axe and contribution.axe.cle not in axes:
        return False
    if contribution.quartier is None:
        return True
    quartiers = perimetre.get("quartiers")
    if quartiers and contribution.quartier.code not in quartiers:
        return False
    communes = perimetre.get("communes")
    siennes = {commune.code_insee for commune in contribution.quartier.communes.all()}
    return not communes or not siennes.isdisjoint(communes)


@droit("Vous avez refusé ou masqué ce texte : une autre personne du service regarde le recours.")
def peut_trancher_le_recours(utilisateur: Utilisateur, recours: Recours) -> bool:
    """Nobody looks at an appeal against their own act (H6)."""
    ecartee_par = recours.contribution.moderations.filter(acte__in=ECARTENT, par=utilisateur)
    return droits.est_agent(utilisateur) and not ecartee_par.exists()


@droit("La ou le responsable du service publie une consultation, la clôt et publie son bilan.")
def peut_publier_une_consultation(utilisateur: Utilisateur) -> bool:
    """What the public reads of a consultation, and that it ends, is said by the head."""
    return droits.est_responsable(utilisateur)
