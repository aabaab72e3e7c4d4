"""The head of the service: there is always one, and only one who still is acts as such."""

from partenaires.models import Appartenance, Genre, Partenaire, Role, Utilisateur
from partenaires.models.appartenance import AppartenanceQuerySet
from partenaires.socle.refus import Refus


class DernierResponsable(Refus):
    """The service keeps at least one head who can sign in."""

    phrase = (
        "Il faut au moins une personne responsable du service : donnez d’abord ce rôle à quelqu’un "
        "d’autre."
    )


class PlusResponsable(Refus):
    """Another head took this right away meanwhile."""

    phrase = "Vous n’êtes plus responsable du service : rien n’a changé."


def verrouiller_le_service() -> None:
    """Two heads who act on one another are seen one after the other."""
    list(Partenaire.objects.select_for_update().filter(genre=Genre.CUA).order_by("pk"))


def en_poste() -> AppartenanceQuerySet:
    """The heads who can act: neither gone, nor suspended, nor with a closed account."""
    tenus = Appartenance.objects.actives().avec_role(Role.RESPONSABLE)
    return tenus.filter(utilisateur__is_active=True)


def exiger_en_poste(utilisateur: Utilisateur) -> None:
    """Raises `PlusResponsable`; call it with the service locked."""
    if not en_poste().filter(utilisateur=utilisateur).exists():
        raise PlusResponsable


def exiger_un_autre(appartenance: Appartenance) -> None:
    """Raises `DernierResponsable` when this membership alone heads the service.

    Call it with the service locked.
    """
    if Role.RESPONSABLE not in appartenance.roles:
        return
    if not en_poste().exclude(pk=appartenance.pk).exists():
        raise DernierResponsable
