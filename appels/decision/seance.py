"""One project projected in a meeting: what it is, where it stands, what the meeting reads of it."""

from dataclasses import dataclass

from appels.decision import scenarios
from appels.decision.scenarios import Compte, Ligne
from appels.models import Comite, Deliberation, Dossier
from appels.socle.deports import Deporte
from quartiers.models import Quartier


@dataclass(frozen=True)
class Place:
    """Where a project stands among those of its meeting, the first being 1."""

    comite: Comite
    rang: int
    total: int

    @property
    def avant(self) -> int:
        """The one before; 0 for the first."""
        return self.rang - 1

    @property
    def apres(self) -> int:
        """The next; 0 after the last."""
        return self.rang + 1 if self.rang < self.total else 0

    @property
    def contexte(self) -> dict:
        """As the page reads it."""
        return {
            "comite": self.comite,
            "rang": self.rang,
            "total": self.total,
            "avant": self.avant,
            "apres": self.apres,
        }


@dataclass(frozen=True)
class Projet:
    """A project on the screen; `deliberation` is None until the meeting says something of it."""

    place: Place
    dossier: Dossier
    comptes: dict[int, Compte]
    ligne: Ligne
    deliberation: Deliberation | None
    quartiers: list[str]
    deports: list[Deporte]

    @property
    def fige(self) -> bool:
        """The amounts do not change any more."""
        return self.place.comite.scenario.fige_le is not None

    @property
    def a_dire(self) -> Deliberation:
        """What the meeting says, to be changed; a new one when it said nothing."""
        return self.deliberation or Deliberation(comite=self.place.comite, dossier=self.dossier)

    @property
    def contexte(self) -> dict:
        """As the page reads it, the forms aside."""
        return {
            **self.place.contexte,
            "dossier": self.dossier,
            "ligne": self.ligne,
            "fige": self.fige,
            "ouvert": self.place.comite.clos_le is None,
            "dit": self.deliberation,
            "quartiers": self.quartiers,
            "deports": self.deports,
        }


def projet(place: Place, dossier: Dossier) -> Projet:
    """What the meeting reads of a project, in a fixed number of queries."""
    comite = place.comite
    comptes = scenarios.comptes(comite.scenario)
    (ligne,) = scenarios.lignes(comite.scenario, [dossier], comptes)
    return Projet(
        place,
        dossier,
        comptes,
        ligne,
        deliberation=Deliberation.objects.filter(comite=comite, dossier=dossier).first(),
        quartiers=_quartiers(dossier),
        deports=ligne.deportes,
    )


def _quartiers(dossier: Dossier) -> list[str]:
    """The short names of those where it happens, each once."""
    noms = {quartier.pk: quartier.nom_court for quartier in Quartier.objects.all()}
    return sorted({noms[lieu.quartier_id] for lieu in dossier.lieux.all() if lieu.quartier_id})
