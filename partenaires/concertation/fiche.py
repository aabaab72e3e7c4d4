"""One contribution as an agent reads it: its text with what was found, its log, what waits."""

from dataclasses import dataclass
from datetime import date

from partenaires.concertation import droits, file, releve
from partenaires.concertation.detecteur import Genre
from partenaires.concertation.releve import Morceau
from partenaires.concertation.reperage import tout_ce_qui_parait
from partenaires.models import (
    Contribution,
    EtapeSuite,
    EtatParole,
    Moderation,
    Recours,
    Reponse,
    Signalement,
    Suite,
    Utilisateur,
)
from partenaires.models.etats_des_paroles import PUBLIQUES


@dataclass(frozen=True)
class Fiche:
    """Everything that the page says of it, but its forms."""

    parole: Contribution
    titre: list[Morceau]
    texte: list[Morceau]
    pseudonyme: list[Morceau]
    releves: list[Genre]  # what was found, each kind once
    promise_le: date | None
    en_retard: bool
    passages: list[Moderation]
    recours: list[Recours]
    signalements: list[Signalement]
    reponse: Reponse | None
    suites: list[Suite]
    utiles: list[tuple[bool, str]]  # whether the answer helped, and why
    peut_agir: bool
    etapes: list[tuple[str, str]]
    aujourd_hui: date

    @property
    def vu(self) -> int:
        """The last line of the log: what the forms carry to say how the page was."""
        return self.passages[-1].pk if self.passages else 0

    @property
    def est_a_relire(self) -> bool:
        return self.parole.etat == EtatParole.RECUE

    @property
    def est_a_relire_ensuite(self) -> bool:
        """Published as it was sent, and nobody of the service has acted on it: `file`."""
        est_relue = any(passage.par_id for passage in self.passages)
        return self.parole.etat == EtatParole.PUBLIEE and not est_relue

    @property
    def relecture_en_retard(self) -> bool:
        promise = self.parole.a_relire_avant
        return promise is not None and promise < self.aujourd_hui

    @property
    def est_a_repondre(self) -> bool:
        return self.parole.etat in file.A_REPONDRE

    @property
    def se_met_a_l_etude(self) -> bool:
        return self.parole.etat == EtatParole.PUBLIEE

    @property
    def se_masque(self) -> bool:
        return self.parole.etat in PUBLIQUES

    @property
    def se_conteste(self) -> bool:
        """Put aside, and nobody asked to look again at this decision (H6)."""
        if not self.parole.est_ecartee or not self.passages:
            return False
        return all(recours.moderation_id != self.vu for recours in self.recours)

    @property
    def recours_en_attente(self) -> Recours | None:
        """The appeal that waits, while the text is still put aside."""
        if not self.parole.est_ecartee:
            return None
        return next((recours for recours in self.recours if not recours.tranche_le), None)

    @property
    def signalements_en_attente(self) -> list[Signalement]:
        return [signalement for signalement in self.signalements if not signalement.tranche_le]


def fiche(parole: Contribution, par: Utilisateur, aujourd_hui: date) -> Fiche:
    """Read once: the same number of queries whatever happened to it."""
    noms = releve.noms_des_agents()
    promise_le = file.promise_le(parole, file.File.TOUTES)
    reponse = getattr(parole, "reponse", None)
    utiles = reponse.utiles.de_cette_reponse() if reponse else []
    return Fiche(
        parole=parole,
        titre=releve.morceaux(parole.titre, noms),
        texte=releve.morceaux(parole.texte, noms),
        pseudonyme=releve.morceaux(parole.pseudonyme, noms),
        releves=releve.genres(tout_ce_qui_parait(parole), noms),
        promise_le=promise_le,
        en_retard=promise_le is not None and promise_le < aujourd_hui,
        passages=list(parole.moderations.select_related("par")),
        recours=list(parole.recours.select_related("moderation__par", "tranche_par")),
        signalements=list(parole.signalements.select_related("tranche_par")),
        reponse=reponse,
        suites=list(parole.suites.select_related("par")),
        utiles=[(avis.est_utile, avis.pourquoi) for avis in utiles],
        peut_agir=droits.peut_moderer(par, parole),
        etapes=[(etape.value, str(etape.label)) for etape in EtapeSuite],
        aujourd_hui=aujourd_hui,
    )
