"""Who the file names: an organisation or a funder of the portal, by its number, else by a person.

A number alone decides; a name that looks like another is only proposed. Nothing is written here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from appels.instruction.forms.appel import SOUS_POSTES
from appels.reprises.lignes import Ligne
from appels.socle.feuilles import simple
from partenaires.models import Genre, Partenaire
from quartiers.francais import accorder

CREER = "creer"  # « creer:association »
LAISSER = "laisser"
LIBELLE = "libelle"  # a funder that is no partner of the contract: its name alone is kept
GENRES_A_CREER = (Genre.ASSOCIATION, Genre.AUTRE)
RESSEMBLANCE = 0.35  # of 1, by groups of three letters: « Assoc. Les Pinsons », « Les Pinsons »
AUTRE_NOM = 0.2  # below, a number and a name do not speak of the same organisation
PROPOSES_MAX = 6
# How files name a funder that is the only one of its kind.
COURANTS = {
    "etat": Genre.ETAT,
    "anct": Genre.ETAT,
    "etat anct": Genre.ETAT,
    "prefecture": Genre.ETAT,
    "cua": Genre.CUA,
    "communaute urbaine arras": Genre.CUA,
    "caf": Genre.CAF,
    "region": Genre.REGION,
    "region hauts france": Genre.REGION,
    "departement": Genre.DEPARTEMENT,
    "departement pas calais": Genre.DEPARTEMENT,
    "ars": Genre.ARS,
    "cpam": Genre.CPAM,
}


@dataclass(frozen=True)
class Rattache:
    """What a name of the file is here; `faute`: why it is nothing yet."""

    partenaire: Partenaire | None = None
    creer: str = ""  # the kind of organisation to create
    est_libelle: bool = False
    est_laisse: bool = False
    faute: str = ""

    @property
    def est_a_decider(self) -> bool:
        return bool(self.faute) and not self.est_laisse


@dataclass
class ADecider:
    """A name that waits for a person: what it is in the file, what looks like it here."""

    cle: str
    nom: str
    numeros: str
    pourquoi: str
    peut_se_creer: bool = False
    lignes: list[int] = field(default_factory=list)
    proposes: list[Partenaire] = field(default_factory=list)

    @property
    def ou(self) -> str:
        """« ligne 4 », « lignes 4, 7 et 2 autres »."""
        premieres = ", ".join(str(rang) for rang in self.lignes[:5])
        suite = len(self.lignes) - 5
        autres = f" et {accorder(suite, 'autre')}" if suite > 0 else ""
        return f"{'lignes' if len(self.lignes) > 1 else 'ligne'} {premieres}{autres}"


@dataclass(frozen=True)
class Dit:
    """A name of the file that a person decided: a word may be taken back until it is applied."""

    sorte: str
    cle: str
    phrase: str  # « Les Pinsons : Association Les Pinsons »


class Annuaire:
    """The organisations and the funders known here, read once."""

    def __init__(self) -> None:
        self.porteurs = list(Partenaire.objects.porteurs().order_by("pk"))
        self.financeurs = list(
            Partenaire.objects.filter(est_signataire=True, genre__in=SOUS_POSTES).order_by("pk")
        )
        self.par_pk = {un.pk: un for un in [*self.porteurs, *self.financeurs]}
        self.par_siret: dict[str, list[Partenaire]] = defaultdict(list)
        self.par_rna: dict[str, Partenaire] = {}
        self.noms: list[tuple[set[str], Partenaire]] = []
        for porteur in self.porteurs:
            if porteur.siret:
                self.par_siret[porteur.siret].append(porteur)
            if porteur.rna:
                self.par_rna[porteur.rna] = porteur
            for nom in (porteur.nom, porteur.sigle, *porteur.anciens.splitlines()):
                if simple(nom):
                    self.noms.append((_morceaux(nom), porteur))

    def ressemblants(self, nom: str) -> list[Partenaire]:
        """Those whose names look most like this one, the nearest first."""
        cherches = _morceaux(nom)
        notes: dict[int, float] = {}
        for morceaux, porteur in self.noms:
            note = _proximite(cherches, morceaux)
            if note >= RESSEMBLANCE:
                notes[porteur.pk] = max(note, notes.get(porteur.pk, 0))
        proches = sorted(notes, key=lambda pk: (-notes[pk], pk))
        return [self.par_pk[pk] for pk in proches[:PROPOSES_MAX]]


def _morceaux(nom: str) -> set[str]:
    """Its groups of three letters, whatever the order of its words."""
    trouves = set()
    for mot in simple(nom).split():
        borde = f" {mot} "
        trouves |= {borde[rang : rang + 3] for rang in range(len(borde) - 2)}
    return trouves


def _proximite(un: set[str], autre: set[str]) -> float:
    """Of 0 to 1: what they share, of the shorter one mostly."""
    communs = len(un & autre)
    if not communs:
        return 0.0
    court = min(len(un), len(autre))
    long = max(len(un), len(autre))
    return communs / (0.3 * long + 0.7 * court)


class Rattachements:
    """What each name of a file is here, from its numbers and from what a person decided."""

    def __init__(self, decides: dict[str, dict[str, Any]], annuaire: Annuaire) -> None:
        self.annuaire = annuaire
        self.organismes_decides = decides.get("organisme", {})
        self.financeurs_decides = decides.get("financeur", {})

    def organisme(self, ligne: Ligne) -> Rattache:
        """The organisation of a line."""
        decide = self.organismes_decides.get(ligne.cle_organisme)
        if decide is not None and not (_est_a_creer(decide) and self.est_connu(ligne)):
            return self._decide(decide)
        par_siret = self.annuaire.par_siret.get(ligne.siret, []) if ligne.siret else []
        par_rna = self.annuaire.par_rna.get(ligne.rna) if ligne.rna else None
        if par_siret and par_rna and par_rna not in par_siret:
            return Rattache(
                faute=f"le SIRET est celui de « {par_siret[0]} », le RNA celui de « {par_rna} »"
            )
        if len(par_siret) > 1:
            memes = [un for un in par_siret if simple(un.nom) == simple(ligne.organisme)]
            if len(memes) != 1:
                return Rattache(faute="plusieurs organismes ont ce SIRET")
            return Rattache(memes[0])
        trouve = par_siret[0] if par_siret else par_rna
        if trouve is None:
            return Rattache(
                faute="aucun organisme n’a ce numéro" if _numeros(ligne) else "sans numéro"
            )
        if not self._porte_ce_nom(trouve, ligne.organisme):
            return Rattache(faute=f"le numéro est celui de « {trouve} », le nom en est loin")
        return Rattache(trouve)

    def est_connu(self, ligne: Ligne) -> bool:
        """One of its numbers is that of an organisation: another cannot be created with it."""
        return ligne.siret in self.annuaire.par_siret or ligne.rna in self.annuaire.par_rna

    def _porte_ce_nom(self, organisme: Partenaire, nom: str) -> bool:
        if not simple(nom):
            return True
        cherches = _morceaux(nom)
        return any(
            _proximite(cherches, morceaux) >= AUTRE_NOM
            for morceaux, porteur in self.annuaire.noms
            if porteur.pk == organisme.pk
        )

    def financeur(self, nom: str) -> Rattache:
        """The funder that a file names."""
        cle = simple(nom)
        decide = self.financeurs_decides.get(cle)
        if decide is not None:
            return self._decide(decide)
        connus = self.annuaire.financeurs
        memes = [un for un in connus if cle in (simple(un.nom), simple(un.sigle))]
        if not memes and cle in COURANTS:
            genre = COURANTS[cle]
            memes = [un for un in connus if un.genre == genre]
        if len(memes) == 1:
            return Rattache(memes[0])
        return Rattache(faute="aucun financeur du contrat ne porte ce nom")

    def _decide(self, decide: Any) -> Rattache:
        """What a person said; a row that is gone since waits for another word."""
        if decide == LAISSER:
            return Rattache(est_laisse=True, faute="laissé de côté par le service")
        if decide == LIBELLE:
            return Rattache(est_libelle=True)
        if _est_a_creer(decide):
            return Rattache(creer=decide.partition(":")[2])
        trouve = self.annuaire.par_pk.get(decide) if isinstance(decide, int) else None
        return Rattache(trouve) if trouve else Rattache(faute="l’organisme choisi n’existe plus")

    def organismes_a_decider(self, lignes: Iterable[Ligne]) -> list[ADecider]:
        """The organisations that wait for a person, as the file meets them."""
        attendus: dict[str, ADecider] = {}
        for ligne in lignes:
            if ligne.est_arretee:
                continue
            rattache = self.organisme(ligne)
            if rattache.est_a_decider:
                attendu = attendus.setdefault(
                    ligne.cle_organisme,
                    ADecider(
                        ligne.cle_organisme,
                        ligne.organisme or ligne.siret or ligne.rna,
                        _numeros(ligne),
                        rattache.faute,
                        peut_se_creer=bool(ligne.organisme) and not self.est_connu(ligne),
                    ),
                )
                attendu.lignes.append(ligne.rang)
        for attendu in attendus.values():
            attendu.proposes = self._proposes(attendu)
        return list(attendus.values())

    def dits(self, lignes: Iterable[Ligne]) -> list[Dit]:
        """What persons decided of the names of this file, in its order."""
        trouves: dict[tuple[str, str], Dit] = {}
        for ligne in lignes:
            for sorte, cle, nom, decides in (
                ("financeur", simple(ligne.financeur), ligne.financeur, self.financeurs_decides),
                ("organisme", ligne.cle_organisme, ligne.organisme, self.organismes_decides),
            ):
                if cle in decides:
                    phrase = f"{nom or cle} : {self._en_mots(decides[cle])}"
                    trouves.setdefault((sorte, cle), Dit(sorte, cle, phrase))
        return list(trouves.values())

    def _en_mots(self, decide: Any) -> str:
        rattache = self._decide(decide)
        if rattache.creer:
            return f"à créer, {Genre(rattache.creer).label.lower()}"
        if rattache.est_libelle:
            return "autre financeur, son nom est gardé"
        return str(rattache.partenaire or rattache.faute)

    def _proposes(self, attendu: ADecider) -> list[Partenaire]:
        """Those of its numbers first, then those of its name."""
        par_numero = list(self.annuaire.par_siret.get(attendu.cle, []))
        if attendu.cle in self.annuaire.par_rna:
            par_numero.append(self.annuaire.par_rna[attendu.cle])
        autres = [un for un in self.annuaire.ressemblants(attendu.nom) if un not in par_numero]
        return [*par_numero, *autres][:PROPOSES_MAX]

    def financeurs_a_decider(self, lignes: Iterable[Ligne]) -> list[ADecider]:
        """The funders that wait for a person."""
        attendus: dict[str, ADecider] = {}
        for ligne in lignes:
            if ligne.est_arretee:
                continue
            rattache = self.financeur(ligne.financeur)
            if rattache.est_a_decider:
                cle = simple(ligne.financeur)
                neuf = ADecider(cle, ligne.financeur, "", rattache.faute)
                attendus.setdefault(cle, neuf).lignes.append(ligne.rang)
        for attendu in attendus.values():
            attendu.proposes = self.annuaire.financeurs
        return list(attendus.values())


def _est_a_creer(decide: Any) -> bool:
    return isinstance(decide, str) and decide.startswith(f"{CREER}:")


def _numeros(ligne: Ligne) -> str:
    """« SIRET …, RNA … », as the file gives them."""
    numeros = [("SIRET", ligne.siret), ("RNA", ligne.rna)]
    return ", ".join(f"{nom} {numero}" for nom, numero in numeros if numero)
