"""One project projected in a meeting: what it is, where it stands, the question to settle."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appels.decision import questions, scenarios
from appels.decision.scenarios import Compte, Ligne
from appels.instruction import annees_du_porteur, coup_d_oeil
from appels.instruction.coup_d_oeil import CoupDOeil
from appels.models import Comite, Deliberation, Dossier
from appels.socle.deports import Deporte
from appels.socle.vues import lecture
from partenaires.models import Utilisateur
from partenaires.socle import droits
from partenaires.socle.refus import droit
from quartiers.francais import pour_cent
from quartiers.geographie import Geographie


@droit(
    "L’écran de la séance, où se lisent les montants proposés, s’ouvre aux financeurs le jour où "
    "elle se tient. L’ordre du jour, lui, est ouvert."
)
def peut_suivre(personne: Utilisateur, comite: Comite, instant: datetime) -> bool:
    """The service prepares its screen; a funder follows it the day it is held, and after."""
    return droits.est_agent(personne) or comite.est_venue(instant)


@dataclass(frozen=True)
class Place:
    """Where a project stands among those of its meeting, the first being 1; the names of those
    around, empty for what is closed to the reader.
    """

    comite: Comite
    rang: int
    total: int
    nom_avant: str = ""
    nom_apres: str = ""

    @property
    def avant(self) -> int:
        """The one before; 0 for the first."""
        return self.rang - 1

    @property
    def apres(self) -> int:
        """The next; 0 after the last."""
        return self.rang + 1 if self.rang < self.total else 0

    @property
    def part(self) -> int:
        """How far the meeting is, out of a hundred."""
        return 100 * self.rang // self.total if self.total else 0


@dataclass(frozen=True)
class Projet:
    """A project on the screen; `deliberation` is None until the meeting says something of it.

    `vu`: None for a dossier whose frozen version does not say its costs.
    """

    place: Place
    dossier: Dossier
    comptes: dict[int, Compte]
    ligne: Ligne
    deliberation: Deliberation | None
    vu: CoupDOeil
    embleme: dict[str, Any] | None

    @property
    def fige(self) -> bool:
        """The amounts do not change any more."""
        return self.place.comite.scenario.fige_le is not None

    @property
    def est_ouvert(self) -> bool:
        """The meeting may still say something of it."""
        return self.place.comite.clos_le is None

    @property
    def a_dire(self) -> Deliberation:
        """What the meeting says, to be changed; a new one when it said nothing."""
        return self.deliberation or Deliberation(comite=self.place.comite, dossier=self.dossier)

    @property
    def deports(self) -> list[Deporte]:
        """Who leaves the room."""
        return self.ligne.deportes

    @property
    def colonnes(self) -> list[tuple[Compte, list]]:
        """The funders that it asks, and they alone."""
        return [(compte, cases) for compte, cases in self.ligne.colonnes if cases]

    @property
    def motifs(self) -> list[tuple[str, str]]:
        """(funder, why) of the opinions that are shared."""
        return [
            (compte.nom, case.avis.motif)
            for compte, cases in self.colonnes
            for case in cases[:1]
            if case.avis and case.avis.motif
        ]

    @property
    def est_dense(self) -> bool:
        """More funders than a screen holds at full size."""
        return len(self.colonnes) > 4

    @property
    def part_du_cout(self) -> str:
        """« 61,5 % »: what is proposed, of what it costs; empty while the cost is not known."""
        return pour_cent(self.ligne.propose, self.vu.cout) if self.vu.cout else ""

    @property
    def question(self) -> str:
        """What the meeting has to settle, in a sentence."""
        return questions.a_trancher(self.ligne)


def projet(
    place: Place,
    dossier: Dossier,
    lecteur: Utilisateur,
    instant: datetime,
    geographie: Geographie | None = None,
) -> Projet:
    """What the meeting reads of a project, in a fixed number of queries.

    `dossier` is read by `lus`. Before the day of the meeting its screen is no way round: who has
    not scored does not read the scores.
    """
    comite = place.comite
    comptes = scenarios.comptes(comite.scenario)
    (ligne,) = scenarios.lignes(comite.scenario, [dossier], comptes)
    version = lecture.figee(dossier)
    noms = {une.code: une.nom_court for une in geographie.quartiers} if geographie else None
    contenu = lecture.lisible(dossier, version, noms)["contenu"]
    passes = Dossier.objects.instruits_par(lecteur) | Dossier.objects.repris_lus_par(lecteur)
    vu = coup_d_oeil.regarder(
        dossier,
        contenu,
        lecteur,
        annees=annees_du_porteur.lire(dossier, passes, lecteur),
        en_seance=comite.est_venue(instant),
    )
    _cacher_ce_qui_se_lit_apres(ligne, vu)
    return Projet(
        place,
        dossier,
        comptes,
        ligne,
        deliberation=Deliberation.objects.filter(comite=comite, dossier=dossier).first(),
        vu=vu,
        embleme=_embleme(dossier, geographie),
    )


def _cacher_ce_qui_se_lit_apres(ligne: Ligne, vu: CoupDOeil) -> None:
    """A funder reads the opinions of others once its own is shared, on its own screen too."""
    caches = {avis.demande.partenaire_id for avis in vu.avis if avis.mot == coup_d_oeil.CACHE}
    for case in ligne.cases:  # a funder may be asked on several lines
        if case.financement.partenaire_id in caches:
            case.avis = None
            case.est_cache = True


def lus(dossiers: Any) -> Any:
    """With all that the screen draws of each."""
    annotes = coup_d_oeil.avec_le_mot(dossiers.select_related("porteur", "axe", "appel"))
    return annotes.prefetch_related("lieux", "pieces", "appel__documents")


def _embleme(dossier: Dossier, geographie: Geographie | None) -> dict[str, Any] | None:
    """The silhouette of its first quartier."""
    premier = next((lieu.quartier_id for lieu in dossier.lieux.all() if lieu.quartier_id), None)
    if premier is None or geographie is None:
        return None
    for embleme in geographie.emblemes:
        if embleme["quartier"].pk == premier:
            return dict(embleme)
    return None
