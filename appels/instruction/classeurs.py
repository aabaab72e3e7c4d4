"""The work list as a file that opens right in a French spreadsheet: CSV, XLSX, row by row, whatever
their number.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from io import StringIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from appels.instruction.colonnes import Colonne
from appels.models import Dossier
from appels.socle.exports import BOM, texte_sur
from quartiers.francais import nombre_en_euros

PAR_LOT = 1000
LARGEUR = 24
FIXES = (
    Colonne("numero", "Numéro", lambda d: d.numero or ""),
    Colonne("intitule", "Projet", lambda d: str(d)),
)


def en_csv(dossiers: Iterable[Dossier], colonnes: list[Colonne]) -> Iterator[str]:
    """Semicolons, UTF-8 with its mark, decimal comma, ISO dates; `="00…"` keeps leading zeros in a
    spreadsheet.
    """
    toutes = [*FIXES, *colonnes]
    yield BOM + _ligne([colonne.titre for colonne in toutes])
    for dossier in dossiers:
        yield _ligne([_texte(colonne, colonne.valeur(dossier)) for colonne in toutes])


def _ligne(valeurs: list[str]) -> str:
    sortie = StringIO()
    csv.writer(sortie, delimiter=";").writerow(valeurs)
    return sortie.getvalue()


def _texte(colonne: Colonne, valeur) -> str:
    if valeur is None or valeur == "":
        return ""
    if colonne.en_euros:
        return nombre_en_euros(valeur).replace("\u00a0", "")
    if colonne.en_texte:
        return (
            f'="{valeur}"'
            if str(valeur).isascii() and str(valeur).isalnum()
            else texte_sur(str(valeur))
        )
    return valeur.isoformat() if isinstance(valeur, date) else texte_sur(str(valeur))


def en_xlsx(dossiers: Iterable[Dossier], colonnes: list[Colonne], fichier) -> None:
    """Write an XLSX in an open binary file: amounts and dates as such, digits that are no number as
    text.
    """
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
    classeur.save(fichier)


def _cellule(feuille, colonne: Colonne, valeur):
    if valeur is None:
        return None
    if colonne.en_euros:
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
