"""A spreadsheet of Dauphin against the dossiers deposited here: which line is which dossier.

METIER §3.5, 6. The key is the Dauphin number, else SIRET + year + title. Nothing is written here.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from appels.models import Decision, DepotDauphin, Dossier, EtatDauphin, Financement
from appels.models.dauphin import RECUS, DitSurDauphin, lire_numero_dauphin
from appels.socle.feuilles import Feuille, lire_argent, lire_jour, simple
from partenaires.models import Genre
from partenaires.models.identifiants import lire_siret
from quartiers.dates import lire_annee
from quartiers.francais import en_euros, jour
from quartiers.frappe import Illisible, abrege

TOTAL = re.compile(r"(sous )?(total|totaux)( general| generaux| appel| exercice)?( \d+)?")


@dataclass(frozen=True)
class Ligne:
    """A row as typed there: what is empty, it does not say."""

    rang: int  # the line of the file, headers being 1
    numero: str = ""
    siret: str = ""
    exercice: str = ""
    intitule: str = ""
    etat: str = ""
    transmis_le: date | None = None
    montant: int | None = None  # cents
    decide_le: date | None = None
    faute: str = ""
    doute: str = ""  # what cannot be read and is not needed when the number is known


@dataclass
class Rapprochement:
    """A row, the dossier that it speaks of if it was found, and what happens in words."""

    ligne: Ligne
    dossier: Dossier | None
    phrase: str
    declaration: DitSurDauphin | None = None  # to keep
    financement: Financement | None = None  # the State's line, with what it voted, not saved
    est_ferme: bool = False  # of a dossier closed to the reader: what the row says is not shown

    @property
    def est_trouve(self) -> bool:
        """The row speaks of a dossier, and can be applied to it."""
        return self.dossier is not None

    @property
    def change(self) -> bool:
        """Applied, it would write something."""
        return self.declaration is not None or self.financement is not None


def lignes_de(feuille: Feuille, colonnes: Mapping[str, int]) -> list[Ligne]:
    """The rows under the headers, totals left out; what cannot be read of one is its `faute`,
    line and column said."""
    return [
        _ligne(rang, {nom: _case(rangee, colonne) for nom, colonne in colonnes.items()})
        for rang, rangee in feuille.lignes
        if not TOTAL.fullmatch(simple(next(filter(None, rangee))))
    ]


def _case(rangee: list[str], colonne: int) -> str:
    return rangee[colonne] if colonne < len(rangee) else ""


def _ligne(rang: int, brut: dict[str, str]) -> Ligne:
    """One row read by the readers of the forms."""
    intitule = brut.get("intitule", "")[:256]
    siret, doute_du_siret = _lu_ou_doute(partial(lire_siret, ligne=rang), brut.get("siret", ""))
    exercice, doute_de_l_annee = _lu_ou_doute(lire_annee, brut.get("exercice", ""))
    try:
        return Ligne(
            rang,
            numero=lire_numero_dauphin(brut.get("numero", ""), ligne=rang),
            siret=siret,
            exercice=exercice,
            intitule=intitule,
            etat=_etat(brut.get("etat", "")),
            transmis_le=_date("Date de transmission", brut.get("transmis_le", "")),
            montant=_montant(brut.get("montant", "")),
            decide_le=_date("Date de la décision", brut.get("decide_le", "")),
            doute=doute_du_siret or doute_de_l_annee,
        )
    except Illisible as erreur:
        numero = brut.get("numero", "")
        return Ligne(rang, numero=numero[:40], intitule=intitule, faute=str(erreur))


def _lu_ou_doute(lire: Callable[[str], Any], texte: str) -> tuple[str, str]:
    """(the value in text, why it cannot be read)."""
    try:
        lu = lire(texte)
    except Illisible as erreur:
        return "", str(erreur)
    return "" if lu is None else str(lu), ""


def _date(colonne: str, texte: str) -> date | None:
    """None when empty. Raises `Illisible`."""
    try:
        return lire_jour(texte)
    except Illisible as erreur:
        raise Illisible(f"{colonne} : {erreur}") from erreur


def _montant(texte: str) -> int | None:
    try:
        return lire_argent(texte)
    except Illisible as erreur:
        raise Illisible(f"Montant voté : {erreur}") from erreur


def _etat(texte: str) -> str:
    """The state that the cell begins with."""
    if not texte:
        return ""
    nomme = f"{simple(texte)} "
    for etat in EtatDauphin:
        nom = simple(etat.label.split(" :")[0])
        if nomme.startswith((f"{nom} ", f"{nom.replace('ise', 'is')} ")):  # « Transmis », du projet
            return etat
    raise Illisible(f"L’état « {abrege(texte)} » n’est pas connu de Dauphin.")


def rapprocher(
    lignes: list[Ligne], dossiers: list[Dossier], fermes: Collection[Dossier] = ()
) -> list[Rapprochement]:
    """Each row with its dossier; one dossier is never given to two rows.

    `fermes`: those on which the reader may not act, said without a word of what they hold.
    """
    par_numero = {}
    par_titre = defaultdict(list)
    for dossier in dossiers:
        par_titre[_cle(dossier.porteur.siret, dossier.appel.annee, dossier.intitule)].append(
            dossier
        )
        if hasattr(dossier, "dauphin"):
            par_numero[_noyau(dossier.dauphin.numero)] = dossier
    pris: set[int] = set()
    trouves = []
    for ligne in lignes:
        connu = par_numero.get(_noyau(ligne.numero))
        candidats = par_titre.get(_cle(ligne.siret, ligne.exercice, ligne.intitule), [])
        trouve = _rapprocher(ligne, [connu] if connu else candidats, pris, fermes)
        if trouve.dossier:
            pris.add(trouve.dossier.pk)
        trouves.append(trouve)
    return trouves


def _noyau(numero: str) -> str:
    """« DA01234567 » and « 01234567 » are the same request."""
    return numero.removeprefix("DA")


def _cle(siret: str, exercice: str | int, intitule: str) -> tuple[str, str, str]:
    return (siret, str(exercice), simple(intitule))


def _rapprocher(
    ligne: Ligne, candidats: list[Dossier], pris: set[int], fermes: Collection[Dossier]
) -> Rapprochement:
    """What one row does; `pris`: the dossiers of the rows above."""
    phrase = _pourquoi_sans_dossier(ligne, candidats)
    if phrase:
        return Rapprochement(ligne, None, phrase)
    dossier = candidats[0]
    if dossier in fermes:
        return Rapprochement(
            ligne,
            None,
            f"Laissé de côté : le dossier {dossier.numero} vous est fermé (organisme dont vous "
            "êtes membre, déport ou périmètre). Une autre personne applique cette ligne.",
            est_ferme=True,
        )
    demandes = [demande for demande in dossier.financements.all() if _est_a_l_etat(demande)]
    phrase = _pourquoi_rien(ligne, dossier, demandes, pris)
    if phrase:
        return Rapprochement(ligne, None, phrase)
    return _changements(ligne, dossier, demandes[0] if demandes else None)


def _pourquoi_sans_dossier(ligne: Ligne, candidats: list[Dossier]) -> str:
    """Why a row speaks of no dossier; empty when it speaks of one."""
    if ligne.faute:
        return ligne.faute
    if not candidats and ligne.doute:
        return ligne.doute
    if not candidats:
        return "Aucun dossier déposé ici ne correspond."
    if len(candidats) > 1:
        return (
            "Plusieurs dossiers ont ce SIRET, cet exercice et cet intitulé : donnez le numéro "
            "Dauphin sur leur fiche."
        )
    return ""


def _est_a_l_etat(demande: Financement) -> bool:
    return demande.partenaire is not None and demande.partenaire.genre == Genre.ETAT


def _pourquoi_rien(
    ligne: Ligne,
    dossier: Dossier,
    demandes: list[Financement],
    pris: set[int],
) -> str:
    """Why a row cannot be applied to its dossier; empty when it can."""
    if dossier.pk in pris:
        return f"Une ligne plus haut parle déjà du dossier {dossier.numero}."
    if not ligne.numero and not hasattr(dossier, "dauphin"):
        return f"Le numéro Dauphin manque pour le dossier {dossier.numero}."
    _, etat, transmis_le = _a_declarer(ligne, getattr(dossier, "dauphin", None))
    if etat in RECUS and transmis_le is None:
        return "La date de transmission manque."
    if not ligne.montant:
        return ""
    if ligne.decide_le is None:
        return "La date de décision manque à côté du montant voté."
    if not demandes:
        return f"Le dossier {dossier.numero} ne demande rien à l’État."
    if len(demandes) > 1:
        return (
            f"Le dossier {dossier.numero} a plusieurs demandes à l’État : saisissez ces décisions "
            "sur le dossier."
        )
    return ""


def _changements(ligne: Ligne, dossier: Dossier, demande: Financement | None) -> Rapprochement:
    """What the row changes: nothing when the same file comes again.

    An amount of zero says nothing.
    """
    depot = getattr(dossier, "dauphin", None)
    declaration = _a_declarer(ligne, depot)
    est_nouvelle = depot is None or depot.dit != declaration
    declare = _en_mots(declaration) if est_nouvelle else ""
    vote = _vote(ligne, demande) if demande else ""
    return Rapprochement(
        ligne,
        dossier,
        " ; ".join(phrase for phrase in (declare, vote) if phrase) or "Déjà à jour.",
        declaration=declaration if est_nouvelle else None,
        financement=demande if vote else None,
    )


def _a_declarer(ligne: Ligne, depot: DepotDauphin | None) -> DitSurDauphin:
    """Number, state and date once the row is applied: what it does not say stays as it is known.

    A date alone says « Transmise », of what was not said to be received.
    """
    numero, etat, transmis_le = depot.dit if depot else ("", EtatDauphin.SAISIE, None)
    if ligne.transmis_le and etat not in RECUS:
        etat = EtatDauphin.TRANSMISE
    etat = ligne.etat or etat
    est_recu = etat in RECUS
    return ligne.numero or numero, etat, ligne.transmis_le or (transmis_le if est_recu else None)


def _en_mots(declaration: DitSurDauphin) -> str:
    numero, etat, transmis_le = declaration
    le = f" le {jour(transmis_le)}" if transmis_le else ""
    return f"{numero}, {EtatDauphin(etat).label.split(' :')[0].lower()}{le}"


def _vote(ligne: Ligne, demande: Financement) -> str:
    """What the State voted, put on its request, in words; empty when it is known already."""
    if not ligne.montant or ligne.decide_le is None:
        return ""
    if demande.montant_vote == ligne.montant and demande.decide_le == ligne.decide_le:
        return ""
    entier = ligne.montant >= (demande.montant or 0)
    demande.decision = Decision.ACCORDE if entier else Decision.PARTIEL
    demande.montant_vote = ligne.montant
    demande.decide_le = ligne.decide_le
    return f"{en_euros(ligne.montant)} votés le {jour(ligne.decide_le)}"
