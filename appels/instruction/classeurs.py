"""The work list as a file that opens right in a French spreadsheet: CSV or XLSX, row by row."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from io import StringIO
from itertools import chain
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from appels.instruction.colonnes import Colonne, Valeur
from appels.models import Dossier
from appels.socle.exports import BOM, texte_sur
from partenaires.socle import demonstration
from quartiers.francais import nombre_en_euros

PAR_LOT = 1000
LARGEUR = 24


def _numero(dossier: Dossier) -> str:
    return dossier.numero or ""


FIXES = (Colonne("numero", "Numéro", _numero), Colonne("intitule", "Projet", str))


def en_csv(dossiers: Iterable[Dossier], colonnes: list[Colonne]) -> Iterator[str]:
    """Semicolons, UTF-8 with its mark, decimal comma, ISO dates.

    Digits that are no number are written `="00…"`: a spreadsheet then keeps their zeros.
    """
    toutes = [*FIXES, *colonnes]
    entetes = [colonne.titre for colonne in toutes]
    lignes = (
        [_texte(colonne, colonne.valeur(dossier)) for colonne in toutes] for dossier in dossiers
    )
    yield BOM
    for ligne in demonstration.lignes(chain([entetes], lignes)):
        yield _ligne(ligne)


def _ligne(valeurs: Iterable[object]) -> str:
    sortie = StringIO()
    csv.writer(sortie, delimiter=";").writerow(valeurs)
    return sortie.getvalue()


def _texte(colonne: Colonne, valeur: Valeur) -> str:
    """A value as a spreadsheet reads it, never as a formula of somebody’s."""
    if valeur is None or valeur == "":
        return ""
    texte = str(valeur)
    if isinstance(valeur, int) and colonne.en_euros:
        return nombre_en_euros(valeur).replace("\u00a0", "")
    if colonne.en_texte and texte.isascii() and texte.isalnum():
        return f'="{texte}"'
    if isinstance(valeur, date):
        return valeur.isoformat()
    return texte_sur(texte)


def en_xlsx(dossiers: Iterable[Dossier], colonnes: list[Colonne], fichier: IO[bytes]) -> None:
    """Write an XLSX in an open binary file: amounts and dates as such, the rest as text."""
    toutes = [*FIXES, *colonnes]
    classeur = Workbook(write_only=True)
    feuille = classeur.create_sheet("Dossiers")
    feuille.freeze_panes = "C2"
    for rang in range(len(toutes)):
        feuille.column_dimensions[chr(ord("A") + rang)].width = LARGEUR
    entetes = [WriteOnlyCell(feuille, value=colonne.titre) for colonne in toutes]
    for cellule in entetes:
        cellule.font = Font(bold=True)
    feuille.append(entetes)
    for dossier in dossiers:
        feuille.append([_cellule(feuille, colonne, colonne.valeur(dossier)) for colonne in toutes])
    demonstration.classeur(classeur)
    classeur.save(fichier)


def _cellule(feuille: Worksheet, colonne: Colonne, valeur: Valeur) -> Cell | int | None:
    """A value with its format; digits that are no number are text."""
    if valeur is None:
        return None
    if isinstance(valeur, int) and colonne.en_euros:
        cellule = WriteOnlyCell(feuille, value=valeur / 100)
        cellule.number_format = '#,##0.00 "€"'
    elif isinstance(valeur, date):
        cellule = WriteOnlyCell(feuille, value=valeur)
        cellule.number_format = "dd/mm/yyyy"
    elif isinstance(valeur, int):
        return valeur
    else:
        cellule = WriteOnlyCell(feuille, value=texte_sur(str(valeur)))
        cellule.number_format = "@"
    return cellule
