"""Every workbook that the portal gives: one writer, one look, ready to read and to print.

A row at a time, so that a list of any length fits in memory: widths, filters and the print are said
from the columns, the height of a row from its texts: not every spreadsheet measures it on opening.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from math import ceil
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from appels.socle import signes
from partenaires.socle import demonstration
from quartiers.horloge import a_paris

# The colours of the sheet of the portal.
ENCRE = "1B2733"
PETROLE = "0B4F6C"
SABLE = "F6F4EF"
FILET = "D9D4C8"
PORTRAIT = 95  # characters that a portrait A4 holds at a size that one reads…
A4 = 230  # … that a landscape one holds: beyond, the sheet is an A3…
A3 = 450  # … and beyond what this one holds, it is printed on several, the first columns on each
FLECHE = 3  # characters: the arrow of the filter, in the head
LIGNE = 15  # points: the height of a line
HAUTEUR_MAX = 409  # points: what the format itself allows
CASE_MAX = 32_767  # characters: what the format itself allows
SUITE = " […] La suite est sur le portail : une case de tableur n’en tient pas plus."


class Genre(Enum):
    """What a column holds: its format, and its width in characters when nothing else is said."""

    TEXTE = ("@", 24)
    LONG = ("@", 48)
    EUROS = ('#,##0.00\\ "€";[Red]\\-#,##0.00\\ "€"', 16)
    NOMBRE = ("#,##0", 12)
    JOUR = ("dd/mm/yyyy", 12)
    NOTE = ("0.0", 10)

    @property
    def format(self) -> str:
        """As the format of files writes it: each spreadsheet shows it in its own language."""
        return self.value[0]

    @property
    def largeur(self) -> int:
        """In characters."""
        return self.value[1]


@dataclass(frozen=True)
class Entete:
    """A column: its title, what it holds, its width in characters when the kind does not say."""

    titre: str
    genre: Genre = Genre.TEXTE
    largeur: int = 0


@dataclass(frozen=True)
class Formule:
    """What the spreadsheet computes by itself; nobody types one."""

    texte: str


Valeur = str | int | float | date | datetime | Formule | None


def euros(centimes: int | None) -> float | None:
    """As spreadsheets keep them."""
    return None if centimes is None else centimes / 100


def somme(cellules: Iterable[str]) -> Formule | None:
    """SOMME of these cells; None of none."""
    liste = ",".join(cellules)
    return Formule(f"=SUM({liste})") if liste else None


class Feuille:
    """A sheet being written: its head, its rows, its totals."""

    def __init__(self, feuille: Worksheet, entetes: Iterable[Entete], *, figees: int = 0):
        self._feuille = feuille
        self._entetes = tuple(entetes)
        self.rang = 1
        self._derniere = 1  # the last row that the filters sort
        largeurs = [entete.largeur or entete.genre.largeur for entete in self._entetes]
        for colonne, largeur in enumerate(largeurs, 1):
            feuille.column_dimensions[get_column_letter(colonne)].width = largeur
        feuille.freeze_panes = f"{get_column_letter(figees + 1)}2"
        est_large = sum(largeurs) > A4
        feuille.page_setup.paperSize = (
            Worksheet.PAPERSIZE_A3 if est_large else Worksheet.PAPERSIZE_A4
        )
        feuille.page_setup.orientation = "portrait" if sum(largeurs) <= PORTRAIT else "landscape"
        feuille.page_setup.fitToWidth = ceil(sum(largeurs) / A3)
        feuille.page_setup.fitToHeight = 0
        feuille.sheet_properties.pageSetUpPr.fitToPage = True
        feuille.print_title_rows = "1:1"
        if figees:
            feuille.print_title_cols = f"A:{get_column_letter(figees)}"
        feuille.oddFooter.left.text = "Cœur de Quartier : &A"
        feuille.oddFooter.right.text = "Page &P sur &N"
        self._largeurs = largeurs
        titres = [entete.titre for entete in self._entetes]
        self._hausser(1, titres, [max(largeur - FLECHE, 4) for largeur in largeurs])
        feuille.append([self._cellule(titre, "Entête") for titre in titres])

    def ajouter(self, valeurs: Iterable[Valeur]) -> None:
        """A row in the order of the columns."""
        self._ecrire(valeurs, "")
        self._derniere = self.rang

    def sous_total(self, valeurs: Iterable[Valeur]) -> None:
        """A heading and what it gives, among the rows."""
        self._ecrire(valeurs, " (sous-total)")
        self._derniere = self.rang

    def total(self, valeurs: Iterable[Valeur]) -> None:
        """Below the rows, out of the filters."""
        self._ecrire(valeurs, " (total)")

    def adresse(self, colonne: int, rang: int = 0) -> str:
        """« C12 »: a cell of the current row, or of another; the first column is 1."""
        return f"{get_column_letter(colonne)}{rang or self.rang}"

    def somme_de_la_colonne(self, colonne: int, depuis: int = 2) -> Formule | None:
        """SOMME of a column from a row down to the one above the next."""
        if self.rang < depuis:
            return None
        return somme([f"{self.adresse(colonne, depuis)}:{self.adresse(colonne)}"])

    def finir(self) -> None:
        """Filters on every row."""
        fin = get_column_letter(len(self._entetes))
        self._feuille.auto_filter.ref = f"A1:{fin}{self._derniere}"

    def _ecrire(self, valeurs: Iterable[Valeur], ton: str) -> None:
        completees = list(_completees(valeurs, self._entetes))
        cellules = [
            self._cellule(valeur, f"{entete.genre.name.capitalize()}{ton}")
            for entete, valeur in zip(self._entetes, completees, strict=True)
        ]
        self._hausser(self.rang + 1, completees, self._largeurs)
        self._feuille.append(cellules)
        self._feuille.row_dimensions.pop(self.rang + 1, None)  # written: nothing of it is kept
        self.rang += 1

    def _hausser(self, rang: int, valeurs: Iterable[Valeur], largeurs: Iterable[int]) -> None:
        """Room for the tallest text of the row, once wrapped."""
        lignes = max(
            (
                lignes_de_la_case(valeur, largeur)
                for valeur, largeur in zip(valeurs, largeurs, strict=True)
                if isinstance(valeur, str)
            ),
            default=1,
        )
        if lignes > 1:
            self._feuille.row_dimensions[rang].height = min(lignes * LIGNE, HAUTEUR_MAX)

    def _cellule(self, valeur: Valeur, style: str) -> WriteOnlyCell:
        """A typed text is a text, whatever its first sign: it needs no apostrophe."""
        cellule = WriteOnlyCell(self._feuille)
        if isinstance(valeur, Formule):
            cellule.value = valeur.texte
        elif valeur == "":
            pass  # nothing, not a text of no letter
        elif isinstance(valeur, str):
            cellule.value = _tenable(signes.propre(valeur))
            cellule.data_type = "s"
        elif isinstance(valeur, datetime):
            cellule.value = a_paris(valeur).replace(tzinfo=None)
        else:
            cellule.value = valeur
        cellule.style = style
        return cellule


def lignes_de_la_case(texte: str, largeur: int) -> int:
    """How many lines a text takes in a cell of so many characters, cut between words."""
    if len(texte) <= largeur and "\n" not in texte:
        return 1
    lignes = 0
    for paragraphe in texte.splitlines():
        lignes += 1
        reste = largeur
        for mot in paragraphe.split(" "):
            if len(mot) > reste and reste < largeur:
                lignes += 1
                reste = largeur
            lignes += max(len(mot) - 1, 0) // largeur
            reste = (reste - len(mot)) % largeur if len(mot) > largeur else reste - len(mot)
            reste -= 1  # the space
    return max(lignes, 1)


def _tenable(texte: str) -> str:
    """All of it, or a beginning that says so."""
    return texte if len(texte) <= CASE_MAX else texte[: CASE_MAX - len(SUITE)] + SUITE


def _completees(valeurs: Iterable[Valeur], entetes: tuple[Entete, ...]) -> Iterator[Valeur]:
    """As many values as there are columns."""
    donnees = list(valeurs)
    yield from donnees
    yield from [None] * (len(entetes) - len(donnees))


class Classeur:
    """A workbook being written."""

    def __init__(self, titre: str):
        self._livre = Workbook(write_only=True)
        self._livre.properties.title = signes.propre(titre)
        self._livre.properties.creator = "Cœur de Quartier"
        self._livre.properties.language = "fr-FR"
        self._feuilles: list[Feuille] = []
        for style in _styles():
            self._livre.add_named_style(style)

    def feuille(self, nom: str, entetes: Iterable[Entete], *, figees: int = 0) -> Feuille:
        """A sheet more, its `figees` first columns always in sight."""
        feuille = Feuille(self._livre.create_sheet(nom), entetes, figees=figees)
        self._feuilles.append(feuille)
        return feuille

    def enregistrer(self, fichier: IO[bytes]) -> None:
        """Write it in an open file."""
        for feuille in self._feuilles:
            feuille.finir()
        demonstration.classeur(self._livre)
        self._livre.save(fichier)


def _police(**options: Any) -> Font:
    """The one of spreadsheets: a style without a name of font takes whatever comes."""
    return Font(name="Calibri", family=2, size=11, **options)


def _styles() -> Iterator[NamedStyle]:
    """A style a kind of cell, plain, in a subtotal, in a total: the colours of the portal."""
    filet = Side("thin", color=FILET)
    trait = Side("medium", color=ENCRE)
    entete = NamedStyle("Entête")
    entete.font = _police(bold=True, color="FFFFFF")
    entete.fill = PatternFill("solid", fgColor=PETROLE)
    entete.alignment = Alignment(wrap_text=True, vertical="center")
    yield entete
    tons = {
        "": (_police(color=ENCRE), None, Border(bottom=filet)),
        " (sous-total)": (
            _police(bold=True, color=PETROLE),
            PatternFill("solid", fgColor=SABLE),
            Border(bottom=filet),
        ),
        " (total)": (
            _police(bold=True, color=ENCRE),
            PatternFill("solid", fgColor=SABLE),
            Border(top=trait),
        ),
    }
    for genre in Genre:
        for ton, (police, fond, bord) in tons.items():
            style = NamedStyle(f"{genre.name.capitalize()}{ton}")
            style.font = police
            style.border = bord
            style.number_format = genre.format
            if genre in (Genre.TEXTE, Genre.LONG):
                style.alignment = Alignment(wrap_text=True, vertical="top")
            else:  # away from the text of the next column
                style.alignment = Alignment(horizontal="right", indent=1, vertical="top")
            if fond:
                style.fill = fond
            yield style
