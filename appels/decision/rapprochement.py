"""A spreadsheet of Dauphin against the dossiers deposited here: which line is which dossier.

METIER §3.5, 6. The key is the Dauphin number, else SIRET + year + title. Nothing is written here.
"""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from io import StringIO
from time import strptime

from appels.models import Decision, DepotDauphin, Dossier, EtatDauphin, Financement
from appels.models.dauphin import FORME, NUMERO_MAX, RECUS
from partenaires.models import Genre
from partenaires.socle.refus import Refus
from quartiers.francais import en_euros, jour
from quartiers.frappe import Illisible
from quartiers.nombres import lire_montant

LIGNES_MAX = 5000
COLONNES = {  # header without accent or punctuation: our name
    "numero dauphin": "numero",
    "n dauphin": "numero",
    "numero": "numero",
    "reference administrative": "numero",
    "code action projet": "numero",
    "siret": "siret",
    "numero siret": "siret",
    "exercice": "exercice",
    "exercice budgetaire": "exercice",
    "annee": "exercice",
    "intitule": "intitule",
    "intitule du projet": "intitule",
    "intitule projet": "intitule",
    "etat": "etat",
    "statut": "etat",
    "etat de la demande": "etat",
    "date de transmission": "transmis_le",
    "transmis le": "transmis_le",
    "montant vote": "montant",
    "montant accorde": "montant",
    "date de decision": "decide_le",
    "date de la decision": "decide_le",
}


class FichierIllisible(Refus):
    """The file as a whole cannot be read."""

    champ = "fichier"


@dataclass(frozen=True)
class Ligne:
    """A row as typed there."""

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


@dataclass
class Rapprochement:
    """A row, the dossier that it speaks of if it was found, and what happens in words."""

    ligne: Ligne
    dossier: Dossier | None
    phrase: str
    declaration: bool = False  # number, state or date to keep
    financement: Financement | None = None  # the State's line, with what it voted, not saved

    @property
    def est_trouve(self) -> bool:
        """The row speaks of a dossier, and can be applied to it."""
        return self.dossier is not None

    @property
    def change(self) -> bool:
        """Applied, it would write something."""
        return self.declaration or self.financement is not None


def decoder(octets: bytes) -> str:
    """UTF-8, else what spreadsheets of Windows write. Raises `FichierIllisible`."""
    for codage in ("utf-8-sig", "cp1252"):
        try:
            texte = octets.decode(codage)
        except UnicodeDecodeError:
            continue
        if "\0" not in texte:
            return texte
    raise FichierIllisible("Ce fichier n’est pas un texte : enregistrez la feuille au format CSV.")


def lignes_du_tableur(texte: str) -> list[Ligne]:
    """The rows of a CSV, semicolons or commas. Raises `FichierIllisible`."""
    premiere = texte.split("\n", 1)[0]
    separateur = ";" if premiere.count(";") >= premiere.count(",") else ","
    try:
        rangees = list(csv.reader(StringIO(texte), delimiter=separateur))
    except csv.Error as erreur:
        raise FichierIllisible(
            "Ce fichier ne se lit pas comme un CSV : enregistrez la feuille à nouveau."
        ) from erreur
    if not rangees or len(rangees) < 2:
        raise FichierIllisible("Ce fichier ne contient aucune ligne sous ses titres.")
    if len(rangees) > LIGNES_MAX + 1:
        raise FichierIllisible(
            f"Ce fichier a plus de {LIGNES_MAX} lignes : coupez-le par exercice."
        )
    noms = [COLONNES.get(_simple(titre), "") for titre in rangees[0]]
    if "numero" not in noms and not {"siret", "exercice", "intitule"} <= set(noms):
        raise FichierIllisible(
            "Il faut une colonne « Numéro Dauphin », ou les trois colonnes « SIRET », "
            "« Exercice » et « Intitulé »."
        )
    return [
        _ligne(rang, dict(zip(noms, rangee, strict=False)))
        for rang, rangee in enumerate(rangees[1:], 2)
        if any(case.strip() for case in rangee)
    ]


def _simple(texte: str) -> str:
    """Small letters and digits only: two spellings of one word are the same."""
    decompose = unicodedata.normalize("NFKD", texte.casefold())
    sans_accent = "".join(signe for signe in decompose if not unicodedata.combining(signe))
    return re.sub(r"[^a-z0-9]+", " ", sans_accent).strip()


def _ligne(rang: int, cases: dict[str, str]) -> Ligne:
    """One row read; what cannot be read is its `faute`."""
    brut = {nom: case.strip() for nom, case in cases.items() if nom}
    numero = brut.get("numero", "")
    intitule = brut.get("intitule", "")[:256]
    transmis_le = brut.get("transmis_le", "")
    try:
        return Ligne(
            rang,
            numero=_numero(numero),
            siret=re.sub(r"\D", "", brut.get("siret", "")),
            exercice=brut.get("exercice", ""),
            intitule=intitule,
            etat=_etat(brut.get("etat", ""), transmis_le),
            transmis_le=_date(transmis_le),
            montant=lire_montant(brut.get("montant", "")),
            decide_le=_date(brut.get("decide_le", "")),
        )
    except (Illisible, ValueError) as erreur:
        return Ligne(rang, numero=numero[:40], intitule=intitule, faute=str(erreur))


def _numero(texte: str) -> str:
    """As we keep it; raises `ValueError` with the sentence to show."""
    propre = texte.replace(" ", "").upper()
    if propre and (len(propre) > NUMERO_MAX or not FORME.fullmatch(propre)):
        raise ValueError(f"« {texte[:40]} » n’est pas un numéro Dauphin.")
    return propre


def _date(texte: str) -> date | None:
    """None when empty; raises `ValueError` with the sentence to show."""
    for forme in ("%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y"):
        try:
            return date(*strptime(texte[:10], forme)[:3])
        except ValueError:
            continue
    if texte:
        raise ValueError(f"La date « {texte[:40]} » ne se lit pas.")
    return None


def _etat(texte: str, transmis_le: str) -> str:
    """The state named by its first words; a date alone says « Transmise »."""
    if not texte:
        return EtatDauphin.TRANSMISE if transmis_le else EtatDauphin.SAISIE
    nomme = _simple(texte)
    du_plus_long = sorted(EtatDauphin, key=lambda etat: len(etat.label), reverse=True)
    for etat in du_plus_long:
        libelle = _simple(etat.label)
        if libelle.startswith(nomme) or nomme.startswith(libelle):
            return etat
    raise ValueError(f"L’état « {texte[:40]} » n’est pas connu de Dauphin.")


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
    return (siret, str(exercice), _simple(intitule))


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
    if ligne.etat in RECUS and ligne.transmis_le is None:
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
    declare = _declare(ligne, getattr(dossier, "dauphin", None))
    vote = _vote(ligne, demande) if demande else ""
    return Rapprochement(
        ligne,
        dossier,
        " ; ".join(phrase for phrase in (declare, vote) if phrase) or "Déjà à jour.",
        declaration=bool(declare),
        financement=demande if vote else None,
    )


def _declare(ligne: Ligne, depot: DepotDauphin | None) -> str:
    """Number, state and date in words; empty when they are known already."""
    numero = ligne.numero or (depot.numero if depot else "")
    if (
        depot
        and depot.numero == numero
        and depot.etat == ligne.etat
        and depot.transmis_le == ligne.transmis_le
    ):
        return ""
    etat = EtatDauphin(ligne.etat).label.split(" :")[0].lower()
    le = f" le {jour(ligne.transmis_le)}" if ligne.transmis_le else ""
    return f"{numero}, {etat}{le}"


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
