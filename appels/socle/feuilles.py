"""A sheet as people have it: XLSX or CSV, with titles above its headers.

Gives rows of texts and the column of each thing that we read. Nothing of the database is read here.
"""

import csv
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

from openpyxl import load_workbook

from partenaires.socle.refus import Refus
from quartiers.dates import ecrire_une_date, lire_date
from quartiers.francais import nombre
from quartiers.frappe import nettoyer
from quartiers.nombres import lire_montant

LIGNES_MAX = 5000  # under the headers
TITRES_MAX = 20  # rows among which the headers are looked for
COLONNES_MAX = 100
RANGEES_MAX = 100_000  # of a workbook, empty ones included: nobody looks further
DEPLIE_MAX = 50_000_000  # bytes of a workbook once unfolded
PAS_UN_XLSX = (
    "Ce fichier n’est pas un classeur XLSX : ouvrez-le, enregistrez-le au format XLSX ou CSV, "
    "puis envoyez celui-là."
)
PREMIER_JOUR_D_EXCEL = date(1899, 12, 30)  # its day 0
SEPARATEURS = ";\t,|"
# Of Windows, of a Mac, of « CSV (MS-DOS) »: the one in which these letters are the most is the one.
CODAGES = ("cp1252", "mac_roman", "cp850")
LETTRES = frozenset("éèêëàâçîïôûùÉÈÀÇ°€’«»")
UTF8_RELU = re.compile("Ã[©¨ª§´]|Ã\u00a0|Â°")  # « Ã© »: text of UTF-8 taken for text of Windows
PAGE_WEB = re.compile(r"\s*(<!doctype|<html|<\?xml|<table|\{\\rtf|%PDF)", re.IGNORECASE)
PAS_UN_TEXTE = re.compile("[\x00-\x08\x0e-\x1b]")
PAS_UNE_FEUILLE = (
    "Ce fichier n’est ni un classeur XLSX ni un texte : enregistrez la feuille en XLSX ou en CSV."
)
RIEN = re.compile(r"-* ?(?:€|eur|euros?)?", re.IGNORECASE)  # « -   € », as a sheet shows zero
SEPARATEUR_DIT = re.compile(r"sep=([;,|:\t])\r?\n", re.IGNORECASE)  # first line, for Excel alone

Rangee = list[str]


@dataclass(frozen=True)
class Vocabulaire:
    """The words of the headers of one kind of file.

    `sens`: {what a column holds: its name}. `mots`: the words of its header that say it, the surest
    first. `vagues`: too common to be enough beside others than `voisins`. `ailleurs`: a header that
    names one of these speaks of something else.
    """

    sens: Mapping[str, str]
    mots: Mapping[str, tuple[str, ...]]
    ailleurs: Mapping[str, Set[str]] = field(default_factory=dict)
    vagues: Set[str] = frozenset()
    voisins: Set[str] = frozenset()


class FichierIllisible(Refus):
    """The file as a whole cannot be read."""

    champ = "fichier"


@dataclass(frozen=True)
class Feuille:
    """The rows of a file, and where its headers stand (from 0)."""

    rangees: list[Rangee]
    titres: int

    @property
    def entetes(self) -> Rangee:
        return self.rangees[self.titres]

    @property
    def lignes(self) -> Iterator[tuple[int, Rangee]]:
        """(number of the row in the sheet, its cells) under the headers, blank ones left out."""
        for rang, rangee in enumerate(self.rangees[self.titres + 1 :], self.titres + 2):
            if any(rangee):
                yield rang, rangee

    def exemples(self, colonne: int) -> list[str]:
        """The first values of a column, to know it by."""
        valeurs = (rangee[colonne] for _, rangee in self.lignes if colonne < len(rangee))
        return list(islice(filter(None, valeurs), 2))


def en_texte(octets: bytes, connues: Mapping[str, str], mots: Vocabulaire) -> str:
    """What is kept of a file: its text, a workbook being written as CSV. Raises
    `FichierIllisible`."""
    if octets[:4] == b"PK\x03\x04":
        return _csv(_rangees_du_classeur(octets, connues, mots))
    return _decode(octets)


def lire(texte: str, connues: Mapping[str, str], mots: Vocabulaire) -> Feuille:
    """The sheet; `connues`: {simple header: sense} as an agent said. Raises
    `FichierIllisible`."""
    rangees = _rangees_du_csv(texte, connues, mots)
    titres = _rang_des_titres(rangees, connues, mots)
    if rangees:
        rangees[titres] = _sous_leur_groupe(rangees, titres, connues, mots)
    feuille = Feuille(rangees, titres)
    lignes = sum(1 for _ in feuille.lignes)
    if not lignes:
        raise FichierIllisible("Ce fichier ne contient aucune ligne sous ses titres.")
    if lignes > LIGNES_MAX:
        raise FichierIllisible(
            f"Ce fichier a plus de {nombre(LIGNES_MAX)} lignes : coupez-le par exercice."
        )
    return feuille


def colonnes(entetes: Rangee, connues: Mapping[str, str], mots: Vocabulaire) -> dict[str, int]:
    """{sense: column}; what an agent said first, then the surest words, each column once."""
    simples = [simple(entete) for entete in entetes]
    trouvees: dict[str, int] = {}
    for colonne, entete in enumerate(simples):
        sens = connues.get(entete, "") if entete else ""
        if sens and sens not in trouvees:
            trouvees[sens] = colonne
    for sens, ses_mots in mots.mots.items():
        libres = {
            colonne: set(entete.split())
            for colonne, entete in enumerate(simples)
            if colonne not in trouvees.values() and entete not in connues
        }
        sure = _la_plus_sure(ses_mots, libres, mots.ailleurs.get(sens, set()), mots)
        if sens not in trouvees and sure is not None:
            trouvees[sens] = sure
    return trouvees


def _la_plus_sure(
    ses_mots: tuple[str, ...], libres: dict[int, set[str]], ailleurs: Set[str], mots: Vocabulaire
) -> int | None:
    """The first column whose header holds every word of the surest of these."""
    for mot in ses_mots:
        voulus = set(mot.split())
        for colonne, presents in libres.items():
            trop_vague = voulus <= mots.vagues and not presents - voulus <= mots.voisins
            if voulus <= presents and not presents & ailleurs and not trop_vague:
                return colonne
    return None


def simple(texte: str) -> str:
    """Small letters and digits only: two spellings of one word are the same."""
    decompose = unicodedata.normalize("NFKD", texte.casefold())
    sans_accent = "".join(signe for signe in decompose if not unicodedata.combining(signe))
    mots = re.sub(r"[^a-z0-9]+", " ", sans_accent).split()
    return " ".join(mot for mot in mots if mot not in ("de", "du", "la", "l", "d"))


def lire_jour(texte: str) -> date | None:
    """None when empty; the hour that an export puts behind a day is left aside. Raises
    `Illisible`."""
    if re.fullmatch(r"[45]\d{4}", texte, re.ASCII):  # a day whose column lost its format: 2009-2064
        return PREMIER_JOUR_D_EXCEL + timedelta(days=int(texte))
    return lire_date(re.sub(r"[ T]\d{1,2}[:h]\d{2}(:\d{2})?(\.\d+)?Z?$", "", texte))


def _rang_des_titres(rangees: list[Rangee], connues: Mapping[str, str], mots: Vocabulaire) -> int:
    """The row that names most of what we read; else the first that looks like headers."""
    premieres = dict(enumerate(rangees[:TITRES_MAX]))
    # A title above the table is alone on its row.
    larges = {rang: rangee for rang, rangee in premieres.items() if sum(map(bool, rangee)) > 1}
    candidates = larges or {rang: rangee for rang, rangee in premieres.items() if any(rangee)}
    if not candidates:
        return 0
    return max(candidates, key=lambda rang: (len(colonnes(rangees[rang], connues, mots)), -rang))


def _sous_leur_groupe(
    rangees: list[Rangee], titres: int, connues: Mapping[str, str], mots: Vocabulaire
) -> Rangee:
    """The headers with the merged ones above them, « Décision » over « Montant », when more is
    then understood."""
    seuls = rangees[titres]
    dessus = rangees[titres - 1] if titres else []
    if sum(map(bool, dessus)) < 2:
        return seuls
    groupe = ""
    ensemble = []
    for colonne, entete in enumerate(seuls):
        groupe = (dessus[colonne] if colonne < len(dessus) else "") or groupe
        ensemble.append(f"{groupe} - {entete}" if groupe and entete else entete)
    compris = len(colonnes(ensemble, connues, mots))
    return ensemble if compris > len(colonnes(seuls, connues, mots)) else seuls


def lire_argent(texte: str) -> int | None:
    """Cents; None when empty, or the dash that a sheet shows for nothing. Raises `Illisible`."""
    return None if RIEN.fullmatch(nettoyer(texte)) else lire_montant(texte)


def _decode(octets: bytes) -> str:
    """UTF-8 or UTF-16, else what spreadsheets of Windows, of a Mac or of MS-DOS write."""
    codages = ["utf-8-sig", max(CODAGES, key=lambda codage: _lettres(octets, codage)), "cp1252"]
    if octets[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codages = ["utf-16"]
    elif octets[1:2] == b"\0":
        codages = ["utf-16-le"]
    for codage in codages:
        try:
            texte = octets.decode(codage)
        except UnicodeDecodeError:
            continue
        if PAGE_WEB.match(texte):  # « .xls » of a site, most often
            raise FichierIllisible(PAS_UN_XLSX)
        if not PAS_UN_TEXTE.search(texte):
            return _en_une_fois(texte)
    raise FichierIllisible(PAS_UNE_FEUILLE)


def _lettres(octets: bytes, codage: str) -> int:
    """How many letters of French this encoding finds."""
    return sum(signe in LETTRES for signe in octets.decode(codage, errors="replace"))


def _en_une_fois(texte: str) -> str:
    """« Numéro » of « NumÃ©ro », when the whole was encoded twice."""
    if not UTF8_RELU.search(texte):
        return texte
    try:
        return texte.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return texte


def _rangees_du_csv(texte: str, connues: Mapping[str, str], mots: Vocabulaire) -> list[Rangee]:
    """Cut where it says so, else where its headers are best understood; a file that says one sign
    and uses another is one of these.
    """
    if dit := SEPARATEUR_DIT.match(texte):
        texte = texte[dit.end() :]
    debut = "".join(texte.splitlines(keepends=True)[: TITRES_MAX + 1])

    def justesse(separateur: str) -> tuple[int, int]:
        try:
            rangees = _coupe(debut, separateur)
        except FichierIllisible:  # a cell cut in the middle: the whole will say it
            return 0, 0
        titres = rangees[_rang_des_titres(rangees, connues, mots)] if rangees else []
        return len(colonnes(titres, connues, mots)), len(titres)

    le_mieux = max(SEPARATEURS, key=justesse)
    if dit and (justesse(dit[1])[1] > 1 or justesse(le_mieux)[1] < 2):
        le_mieux = dit[1]
    return _coupe(texte, le_mieux)


def _coupe(texte: str, separateur: str) -> list[Rangee]:
    try:
        lues = csv.reader(StringIO(texte, newline=""), delimiter=separateur)
        return [_propre(rangee) for rangee in lues]
    except csv.Error as erreur:
        raise FichierIllisible(
            "Ce fichier ne se lit pas comme un CSV : enregistrez la feuille à nouveau."
        ) from erreur


def _propre(rangee: Rangee) -> Rangee:
    return [case.strip() for case in rangee[:COLONNES_MAX]]


def _rangees_du_classeur(
    octets: bytes, connues: Mapping[str, str], mots: Vocabulaire
) -> list[Rangee]:
    """The sheet whose headers are best understood: « Lisez-moi » often stands before it."""

    def comprise(feuille: Any) -> int:
        feuille.reset_dimensions()
        debut = list(_pleines(islice(feuille.iter_rows(values_only=True), TITRES_MAX)))
        titres = debut[_rang_des_titres(debut, connues, mots)] if debut else []
        return len(colonnes(titres, connues, mots))

    try:
        with zipfile.ZipFile(BytesIO(octets)) as archive:
            deplie = sum(entree.file_size for entree in archive.infolist())
            est_un_xlsx = "xl/workbook.xml" in archive.namelist()
        if deplie > DEPLIE_MAX:
            raise FichierIllisible("Ce classeur est trop grand : gardez une feuille par exercice.")
        if not est_un_xlsx:
            raise FichierIllisible(PAS_UN_XLSX)
        classeur = load_workbook(BytesIO(octets), read_only=True, data_only=True, keep_links=False)
        formules = load_workbook(BytesIO(octets), read_only=True, keep_links=False)
        for feuille in sorted(classeur.worksheets, key=comprise, reverse=True):
            rangees = list(_pleines(_avec_ses_formules(feuille, formules[feuille.title])))
            if rangees:
                return rangees
    except Refus:
        raise
    except Exception as erreur:  # a broken workbook raises whatever its reader met
        raise FichierIllisible(
            "Ce classeur est abîmé : ouvrez-le, enregistrez-le à nouveau en XLSX ou en CSV."
        ) from erreur
    raise FichierIllisible("Ce classeur est vide : vérifiez que c’est le bon fichier.")


def _avec_ses_formules(feuille: Any, memes: Any) -> Iterator[tuple]:
    """The values of a sheet; a formula that nobody computed is its own text, not nothing."""
    for une in (feuille, memes):
        une.reset_dimensions()  # what a file says of its own size may be false
    valeurs = islice(feuille.iter_rows(values_only=True), RANGEES_MAX)
    for vues, ecrites in zip(valeurs, memes.iter_rows(values_only=True), strict=False):
        yield tuple(
            ecrite if vue is None and isinstance(ecrite, str) and ecrite[:1] == "=" else vue
            for vue, ecrite in zip(vues, ecrites, strict=False)
        )


def _pleines(rangees: Iterator[tuple]) -> Iterator[Rangee]:
    """The rows up to the last one that is written; blank ones keep their place."""
    blanches = 0
    ecrites = 0
    for rangee in rangees:
        textes = [_texte(case) for case in rangee[:COLONNES_MAX]]
        if not any(textes):
            blanches += 1
            continue
        ecrites += 1
        if ecrites > LIGNES_MAX + TITRES_MAX:
            raise FichierIllisible(
                f"Ce fichier a plus de {nombre(LIGNES_MAX)} lignes : coupez-le par exercice."
            )
        yield from ([] for _ in range(blanches))
        blanches = 0
        yield textes


def _texte(case: object) -> str:
    """A cell as a person would type it."""
    if case is None:
        return ""
    if isinstance(case, bool):
        return "oui" if case else "non"
    if isinstance(case, datetime):
        return ecrire_une_date(case.date())
    if isinstance(case, date):
        return ecrire_une_date(case)
    if isinstance(case, float):
        arrondi = Decimal(str(round(case, 6))).normalize()
        return f"{arrondi:f}".replace(".", ",")
    return str(case).replace("\0", "").strip()


def _csv(rangees: list[Rangee]) -> str:
    sortie = StringIO()
    sortie.write("sep=;\r\n")
    csv.writer(sortie, delimiter=";").writerows(rangees)
    return sortie.getvalue()
