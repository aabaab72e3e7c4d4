"""Workbooks of past years as a service has them."""

from io import BytesIO

from openpyxl import Workbook

from contrat_ville.mauvaises_lignes import TITRES


def en_xlsx(*rangees: list, dessus: tuple[list, ...] = ()) -> bytes:
    classeur = Workbook()
    feuille = classeur.active
    for une in [*dessus, TITRES, *rangees]:
        feuille.append(une)
    if dessus:  # a title over the whole width, as people merge it
        feuille.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(TITRES))
    sortie = BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()
