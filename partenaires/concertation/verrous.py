"""A contribution held for an act: read again, by somebody who may, as the page showed it."""

from partenaires.concertation import droits
from partenaires.concertation.etats import entre_temps
from partenaires.models import Contribution, Utilisateur
from partenaires.socle.refus import Conflit, Refus


class HorsDuPerimetre(Refus):
    """Somebody of the service limited to other places."""

    phrase = droits.peut_moderer.phrase


class ParoleChangee(Conflit):
    """Somebody acted since the page was shown; nothing of this act is kept."""


def verrouiller(contribution: Contribution, *, par: Utilisateur, vu: int) -> Contribution:
    """The row under its lock. `vu`: the last line of its log that the page showed, 0 for none.

    Raises `HorsDuPerimetre`, `ParoleChangee`.
    """
    ligne = (
        Contribution.objects.select_for_update(of=("self",))
        .select_related("consultation", "quartier", "axe")
        .get(pk=contribution.pk)
    )
    if not droits.peut_moderer(par, ligne):
        raise HorsDuPerimetre
    if dernier_passage(ligne) != vu:
        raise ParoleChangee(ligne, entre_temps(ligne))
    return ligne


def dernier_passage(contribution: Contribution) -> int:
    """What a page carries to say how it was; 0 before any act."""
    return contribution.moderations.order_by("-pk").values_list("pk", flat=True).first() or 0
