"""The rail of a campaign: its steps in order, where it stands, what holds each of them back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from appels.models import Appel
from appels.socle.stades import Stade
from quartiers.francais import accorder, jour_court
from quartiers.horloge import a_paris

A_FIXER = "date à fixer"
APRES_LES_DECISIONS = "après les décisions"  # each letter leaves when it is released


@dataclass(frozen=True)
class Jalon:
    """A step: its day in words, what is known of it, whether it is done."""

    nom: str
    quand: str
    dit: str = ""
    est_fait: bool = False
    est_ici: bool = False  # the first that is not done


@dataclass(frozen=True)
class Etat:
    """What the steps read: counts of the call."""

    stades: Mapping[str, int]
    deposes: int
    avis_manquants: int
    comites_clos: int
    comites_ouverts: int = 0
    vus: int = 0  # with the funders, on which a meeting said its word
    soutenus: int = 0

    def de(self, *ou: Stade) -> int:
        """How many stand there."""
        return sum(self.stades.get(une.value, 0) for une in ou)


def jalons(appel: Appel, etat: Etat, instant: datetime) -> list[Jalon]:
    """The eight steps of a call; the one where it stands is the first that is not done."""
    jour = a_paris(instant).date()
    est_clos = appel.est_clos(instant)
    a_decider = etat.de(Stade.A_EXAMINER, Stade.A_COMPLETER, Stade.DELAI_PASSE)
    a_voter = etat.de(Stade.FINANCEURS)
    decides = etat.de(Stade.LETTRES, Stade.A_OUVRIR, Stade.DECIDE)
    admis = a_voter + decides
    suite = [
        Jalon("Ouverture", _quand(appel.ouvre_le, jour), "", appel.a_commence(instant) or est_clos),
        Jalon(
            "Clôture",
            _quand(appel.ferme_le, jour),
            accorder(etat.deposes, "déposé"),
            est_clos,
        ),
        Jalon(
            "Recevabilité",
            _quand(appel.examen_le, jour),
            _reste(a_decider, "à examiner"),
            est_clos and not a_decider,
        ),
        Jalon(
            "Avis des financeurs",
            _quand(appel.avis_avant, jour),
            _reste(etat.avis_manquants, "avis attendu", "avis attendus"),
            est_clos and not a_decider and admis > 0 and not etat.avis_manquants,
        ),
        Jalon(
            "Comité",
            _quand(appel.comite_le, jour),
            _seances(etat, a_voter - etat.vus),
            etat.comites_clos > 0 and not etat.comites_ouverts and a_voter <= etat.vus,
        ),
        Jalon(
            "Décisions",
            _quand(appel.decision_le, jour),
            _reste(a_voter, "sans décision", "sans décision"),
            est_clos and decides > 0 and not a_voter and not a_decider,
        ),
        Jalon(
            "Notifications",
            APRES_LES_DECISIONS,
            _reste(etat.de(Stade.LETTRES), "dossier à notifier", "dossiers à notifier"),
            est_clos and etat.de(Stade.A_OUVRIR, Stade.DECIDE) > 0 and not etat.de(Stade.LETTRES),
        ),
        Jalon(
            "Bilans",
            _quand(appel.bilan_le, jour),
            _reste(etat.soutenus, "projet soutenu en doit un", "projets soutenus en doivent un"),
        ),
    ]
    return _situer(suite)


def _seances(etat: Etat, sans_mot: int) -> str:
    """« 1 séance à tenir, 25 projets sans mot »; those closed once nothing is left to see."""
    restent = [
        _reste(etat.comites_ouverts, "séance à tenir", "séances à tenir"),
        _reste(max(0, sans_mot), "projet sans mot", "projets sans mot"),
    ]
    closes = _reste(etat.comites_clos, "séance close", "séances closes")
    return ", ".join(dit for dit in restent if dit) or closes


def _situer(suite: list[Jalon]) -> list[Jalon]:
    """A step is passed only when those before it are: a later one done early stays to come."""
    ici = next((rang for rang, jalon in enumerate(suite) if not jalon.est_fait), len(suite))
    return [
        replace(jalon, est_fait=rang < ici, est_ici=rang == ici) for rang, jalon in enumerate(suite)
    ]


def _reste(combien: int, un: str, plusieurs: str = "") -> str:
    """What holds the step back; nothing when nothing does."""
    return accorder(combien, un, plusieurs or un) if combien else ""


def _quand(instant: datetime | date | None, jour: date) -> str:
    """« 29 janv., dans 16 j »; the date to come says how far it is."""
    if instant is None:
        return A_FIXER
    le = a_paris(instant).date() if isinstance(instant, datetime) else instant
    texte = f"{jour_court(le)} {le.year}" if abs((le - jour).days) > 300 else jour_court(le)
    reste = (le - jour).days
    return f"{texte}, dans {accorder(reste, 'jour')}" if 0 < reste < 100 else texte
