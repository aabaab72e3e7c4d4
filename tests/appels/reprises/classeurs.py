"""Files of past years as a service has them."""

import csv
from io import BytesIO, StringIO

from openpyxl import Workbook

TITRES = [
    "Organisme",
    "SIRET",
    "RNA",
    "Intitulé de l’action",
    "Année",
    "Financeur",
    "Montant demandé",
    "Montant voté",
    "Montant versé",
    "Montant justifié",
    "Date de décision",
    "Délibération",
    "Décision",
    "QPV",
    "Axe",
]
RANGS = {
    nom: rang
    for rang, nom in enumerate(
        [
            "organisme",
            "siret",
            "rna",
            "intitule",
            "annee",
            "financeur",
            "demande",
            "vote",
            "verse",
            "justifie",
            "decide_le",
            "acte",
            "statut",
            "quartier",
            "axe",
        ]
    )
}
BONNE = {"intitule": "Jardins", "annee": "2025", "financeur": "État", "demande": "3 000"}


def rangee(**cases: object) -> list:
    """A row of TITRES; what is not said is empty."""
    pleine: list = [""] * len(TITRES)
    for nom, valeur in {**BONNE, **cases}.items():
        pleine[RANGS[nom]] = valeur
    return pleine


def en_csv(*rangees: list, codage: str = "utf-8-sig", separateur: str = ";") -> bytes:
    sortie = StringIO()
    csv.writer(sortie, delimiter=separateur).writerows([TITRES, *rangees])
    return sortie.getvalue().encode(codage)


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
