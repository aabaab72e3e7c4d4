"""What a project of the demonstration says of itself. Invented, and true to life."""

from dataclasses import dataclass, field

QUATRE_AS = "QN06258M"
BONNETTES = "QN06259M"
HOCHETTES = "QN06260M"
SAINT_MICHEL = "QN06261M"
CHEMINOTS = "QN06262M"
CEVENNES = "QN06263M"


@dataclass(frozen=True)
class Recit:
    """A project: amounts in whole euros, people by quartier, age and sex.

    What charges exceed the requests and the memberships is paid by the organisation itself.
    """

    titre: str
    porteur: str
    axe: str
    objectifs: tuple[int, ...]  # ranks in the axis, from 0
    themes: tuple[str, ...]
    lieu: str
    publics: dict[str, int]  # by quartier; the first one is where it happens
    hors: int
    ages: dict[str, int]
    femmes: int
    public: str
    besoin: str
    objectif: str
    actions: str
    methode: str
    egalite: str
    participation: str
    indicateur: tuple[str, int, str]  # what is counted, the number aimed at, its unit
    charges: dict[str, int]
    demandes: dict[str, int]  # by the kind of the funder
    benevoles: int
    cotisations: int = 0
    editions: tuple[int, ...] = field(default=())  # how many years ago it was granted already

    # Its address may be published: everybody is welcome there
    est_ouvert_a_tous: bool = False

    @property
    def beneficiaires(self) -> int:
        """All of them."""
        return sum(self.publics.values()) + self.hors

    @property
    def autofinancement(self) -> int:
        """What balances the budget."""
        return sum(self.charges.values()) - sum(self.demandes.values()) - self.cotisations
