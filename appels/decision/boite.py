"""The outbox of a call as the service reviews it: by funder and outcome, with amounts, what differs
from its template, a sample to read again. Nothing here writes.
"""

import difflib
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from appels.decision import departs, lettres
from appels.models import Decision, Lettre
from appels.models.lettre import LettreQuerySet
from partenaires.models import Partenaire

ECHANTILLON = 4  # letters read again before a lot leaves


@dataclass
class Lot:
    """The letters of a funder and an outcome that wait; amounts in cents."""

    partenaire: Partenaire
    decision: str
    pretes: int = 0
    retenues: int = 0
    montant: int = 0  # of those that may leave
    parties: int = 0

    @property
    def mot(self) -> str:
        return Decision(self.decision).label


@dataclass(frozen=True)
class Boite:
    """The letters that wait, and what holds those that are held."""

    lettres: list[Lettre]
    retenues: dict[int, str]  # {letter: why}
    lots: list[Lot]
    financeur: int = 0
    decision: str = ""

    @property
    def pretes(self) -> list[Lettre]:
        """Those that may leave, of the funder and of the outcome that the address names."""
        return [
            lettre
            for lettre in self.lettres
            if lettre.pk not in self.retenues and self._est_du_filtre(lettre)
        ]

    def _est_du_filtre(self, lettre: Lettre) -> bool:
        du_financeur = self.financeur in (0, lettre.financement.partenaire_id)
        return du_financeur and self.decision in ("", lettre.financement.decision)

    @property
    def cles(self) -> set[int]:
        return {lettre.pk for lettre in self.pretes}

    @property
    def montant(self) -> int:
        return sum(_montant(lettre) for lettre in self.pretes)

    @property
    def en_preparation(self) -> int:
        """How many wait for their PDF."""
        return sum(lettre.est_a_faire for lettre in self.lettres)

    @property
    def organismes(self) -> int:
        """How many receive something."""
        return len({lettre.financement.dossier.porteur_id for lettre in self.pretes})

    @property
    def repere(self) -> str:
        """What the lot is made of, in one word: changes when one letter of it does."""
        contenu = [(lettre.pk, lettre.version) for lettre in self.pretes]
        return hashlib.sha256(repr(contenu).encode()).hexdigest()[:16]

    @property
    def echantillon(self) -> list[Lettre]:
        """What is read again: what a hand changed first, the largest and the smallest amounts."""
        pretes = self.pretes
        if not pretes:
            return []
        par_montant = sorted(pretes, key=_montant)
        choisies = [lettre for lettre in pretes if differe(lettre)][: ECHANTILLON - 2]
        for lettre in (par_montant[-1], par_montant[0], *pretes):
            if lettre not in choisies and len(choisies) < ECHANTILLON:
                choisies.append(lettre)
        return choisies


def _montant(lettre: Lettre) -> int:
    return (lettre.prise.montant_vote or 0) if lettre.prise else 0


def lire(attendent: LettreQuerySet, *, financeur: int = 0, decision: str = "") -> Boite:
    """`attendent`: those that this person may read, neither discarded nor released, read whole."""
    lues = list(attendent)
    retenues = departs.retenues(lues)
    lots: dict[tuple[int, str], Lot] = {}
    for lettre in lues:
        if lettre.prise is None:
            continue
        lot = _lot(lots, lettre)
        if lettre.pk in retenues:
            lot.retenues += 1
        else:
            lot.pretes += 1
            lot.montant += _montant(lettre)
    return Boite(lues, retenues, _ranges(lots.values()), financeur, decision)


def _lot(lots: dict[tuple[int, str], Lot], lettre: Lettre) -> Lot:
    partenaire = lettre.financement.partenaire
    assert partenaire  # a letter tells the decision of a funder of the call
    assert lettre.prise
    cle = (partenaire.pk, lettre.prise.decision)
    return lots.setdefault(cle, Lot(partenaire, lettre.prise.decision))


def _ranges(lots: Iterable[Lot]) -> list[Lot]:
    """By funder, then in the order of outcomes."""
    return sorted(lots, key=_rang)


def _rang(lot: Lot) -> tuple[str, int]:
    return str(lot.partenaire), [decision.value for decision in Decision].index(lot.decision)


def compter_les_parties(boite: Boite, toutes: LettreQuerySet) -> list[Lot]:
    """The same lots, with those that left, and the lots that have nothing left to send."""
    lots = {(lot.partenaire.pk, lot.decision): lot for lot in boite.lots}
    comptes = (
        toutes.liberees()
        .filter(remplacee_par__isnull=True)
        .order_by()
        .values_list("financement__partenaire", "prise__decision")
        .annotate(n=Count("pk"))
    )
    manquants = {}
    for partenaire, decision, combien in comptes:
        if (partenaire, decision) in lots:
            lots[partenaire, decision].parties = combien
        else:
            manquants[partenaire, decision] = combien
    if manquants:
        noms = Partenaire.objects.in_bulk({partenaire for partenaire, _ in manquants})
        for (partenaire, decision), combien in manquants.items():
            lots[partenaire, decision] = Lot(noms[partenaire], decision, parties=combien)
    return _ranges(lots.values())


# --- What a hand, or time, changed of a letter --------------------------------------------------


def attendu(lettre: Lettre) -> tuple[str, str]:
    """(subject, text) that its template says of its decision today."""
    demande, gabarit = lettre.financement, lettre.gabarit
    return (
        lettres.remplir(gabarit.objet, demande)[:300],
        lettres.remplir(gabarit.corps, demande)[:12000],
    )


def differe(lettre: Lettre) -> bool:
    """It does not say what its template says."""
    return attendu(lettre) != (lettre.objet, lettre.corps)


@dataclass(frozen=True)
class Ecart:
    """A line that is only in the template, or only in the letter."""

    est_ote: bool
    ligne: str


def ecarts(lettre: Lettre) -> list[Ecart]:
    """What changed, line by line, the subject first."""
    objet, corps = attendu(lettre)
    avant = [objet, *corps.splitlines()]
    apres = [lettre.objet, *lettre.corps.splitlines()]
    trouves = []
    for ligne in difflib.ndiff(avant, apres):
        if ligne[0] in "-+" and ligne[2:].strip():
            trouves.append(Ecart(ligne[0] == "-", ligne[2:]))
    return trouves
