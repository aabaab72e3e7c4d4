"""A spreadsheet of Dauphin against the dossiers deposited here: which line is which dossier (METIER
§3.5, 6).

The key is the Dauphin number, else SIRET + year + title. Nothing is written here.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from io import StringIO
from time import strptime

from appels.models import Decision, DepotDauphin, Dossier, EtatDauphin, Financement
from appels.models.dauphin import FORME, RECUS
from partenaires.models import Genre
from quartiers.francais import MontantIllisible, en_euros, jour, lire_montant

LIGNES_MAX = 5000
NUMERO_MAX = DepotDauphin._meta.get_field("numero").max_length
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


class FichierIllisible(ValueError):
    """The file as a whole cannot be read; the message is the sentence to show."""


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
        return self.dossier is not None


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
    sans_accent = "".join(
        c for c in unicodedata.normalize("NFKD", texte.casefold()) if not unicodedata.combining(c)
    )
    return re.sub(r"[^a-z0-9]+", " ", sans_accent).strip()


def _ligne(rang: int, cases: dict[str, str]) -> Ligne:
    brut = {nom: case.strip() for nom, case in cases.items() if nom}
    try:
        return Ligne(
            rang,
            numero=_numero(brut.get("numero", "")),
            siret=re.sub(r"\D", "", brut.get("siret", "")),
            exercice=brut.get("exercice", ""),
            intitule=brut.get("intitule", "")[:256],
            etat=_etat(brut.get("etat", ""), brut.get("transmis_le", "")),
            transmis_le=_date(brut.get("transmis_le", "")),
            montant=lire_montant(brut.get("montant", "")),
            decide_le=_date(brut.get("decide_le", "")),
        )
    except (MontantIllisible, ValueError) as erreur:
        return Ligne(
            rang,
            numero=brut.get("numero", "")[:40],
            intitule=brut.get("intitule", "")[:256],
            faute=str(erreur),
        )


def _numero(texte: str) -> str:
    propre = texte.replace(" ", "").upper()
    if propre and (len(propre) > NUMERO_MAX or not FORME.fullmatch(propre)):
        raise ValueError(f"« {texte[:40]} » n’est pas un numéro Dauphin.")
    return propre


def _date(texte: str) -> date | None:
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
    for etat in sorted(EtatDauphin, key=lambda e: -len(e.label)):
        if _simple(etat.label).startswith(_simple(texte)) or _simple(texte).startswith(
            _simple(etat.label)
        ):
            return etat
    raise ValueError(f"L’état « {texte[:40]} » n’est pas connu de Dauphin.")


def rapprocher(lignes: list[Ligne], dossiers: list[Dossier]) -> list[Rapprochement]:
    """Each row with its dossier; one dossier is never given to two rows."""
    par_numero = {_noyau(d.dauphin.numero): d for d in dossiers if hasattr(d, "dauphin")}
    par_titre: dict[tuple, list[Dossier]] = {}
    for dossier in dossiers:
        par_titre.setdefault(
            _cle(dossier.porteur.siret, dossier.appel.annee, dossier.intitule), []
        ).append(dossier)
    pris: set[int] = set()
    resultats = []
    for ligne in lignes:
        connu = par_numero.get(_noyau(ligne.numero))
        candidats = (
            [connu]
            if connu
            else par_titre.get(_cle(ligne.siret, ligne.exercice, ligne.intitule), [])
        )
        resultats.append(_resultat(ligne, candidats, pris))
    return resultats


def _noyau(numero: str) -> str:
    """« DA01234567 » and « 01234567 » are the same request."""
    return numero.removeprefix("DA")


def _cle(siret: str, exercice, intitule: str) -> tuple:
    return (siret, str(exercice), _simple(intitule))


def _resultat(ligne: Ligne, candidats: list[Dossier], pris: set[int]) -> Rapprochement:
    if ligne.faute:
        return Rapprochement(ligne, None, ligne.faute)
    if not candidats:
        return Rapprochement(ligne, None, "Aucun dossier déposé ici ne correspond.")
    if len(candidats) > 1:
        return Rapprochement(
            ligne,
            None,
            "Plusieurs dossiers ont ce SIRET, cet exercice et cet intitulé : "
            "donnez le numéro Dauphin sur leur fiche.",
        )
    dossier = candidats[0]
    if dossier.pk in pris:
        return Rapprochement(
            ligne, None, f"Une ligne plus haut parle déjà du dossier {dossier.numero}."
        )
    if not ligne.numero and not hasattr(dossier, "dauphin"):
        return Rapprochement(
            ligne, None, f"Le numéro Dauphin manque pour le dossier {dossier.numero}."
        )
    if ligne.etat in RECUS and ligne.transmis_le is None:
        return Rapprochement(ligne, None, "La date de transmission manque.")
    if ligne.montant and ligne.decide_le is None:
        return Rapprochement(ligne, None, "La date de décision manque à côté du montant voté.")
    demandes = [
        f for f in dossier.financements.all() if f.partenaire and f.partenaire.genre == Genre.ETAT
    ]
    if ligne.montant and len(demandes) != 1:
        return Rapprochement(
            ligne,
            None,
            f"Le dossier {dossier.numero} "
            + (
                "ne demande rien à l’État."
                if not demandes
                else "a plusieurs demandes à l’État : saisissez ces décisions sur le dossier."
            ),
        )
    pris.add(dossier.pk)
    return _changements(ligne, dossier, demandes[0] if demandes else None)


def _changements(ligne: Ligne, dossier: Dossier, etat: Financement | None) -> Rapprochement:
    """What the row changes: nothing when the same file comes again. An amount of zero says
    nothing.
    """
    depot, dits = getattr(dossier, "dauphin", None), []
    nouveau = (ligne.numero or depot.numero, ligne.etat, ligne.transmis_le)
    declaration = depot is None or (depot.numero, depot.etat, depot.transmis_le) != nouveau
    if declaration:
        dits.append(
            f"{nouveau[0]}, {EtatDauphin(ligne.etat).label.split(' :')[0].lower()}"
            + (f" le {jour(ligne.transmis_le)}" if ligne.transmis_le else "")
        )
    if ligne.montant and (etat.montant_vote, etat.decide_le) != (ligne.montant, ligne.decide_le):
        entier = ligne.montant >= (etat.montant or 0)
        etat.decision = Decision.ACCORDE if entier else Decision.PARTIEL
        etat.montant_vote, etat.decide_le = ligne.montant, ligne.decide_le
        dits.append(f"{en_euros(ligne.montant)} votés le {jour(ligne.decide_le)}")
    else:
        etat = None
    return Rapprochement(ligne, dossier, " ; ".join(dits) or "Déjà à jour.", declaration, etat)
