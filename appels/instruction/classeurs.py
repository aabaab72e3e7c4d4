"""The work list as a file that opens right in a French spreadsheet: CSV or XLSX, row by row."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from io import StringIO
from itertools import chain, islice
from typing import IO

from appels.instruction.colonnes import Colonne, Valeur
from appels.models import Dossier
from appels.socle.classeur import Classeur, Entete, Feuille, Genre, euros
from appels.socle.classeur import Valeur as ValeurDeCase
from appels.socle.exports import BOM, texte_sur
from partenaires.socle import demonstration
from quartiers.francais import nombre_en_euros

PAR_LOT = 500  # with their places, themes and requests: what a file holds at once


def _numero(dossier: Dossier) -> str:
    return dossier.numero or ""


FIXES = (
    Colonne("numero", "Numéro", _numero, largeur=15),
    Colonne("intitule", "Projet", str, largeur=34),
)


def en_csv(dossiers: Iterable[Dossier], colonnes: list[Colonne]) -> Iterator[str]:
    """Semicolons, UTF-8 with its mark, decimal comma, ISO dates."""
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
    if isinstance(valeur, int) and colonne.en_euros:
        return nombre_en_euros(valeur).replace("\u00a0", "")
    if isinstance(valeur, date):
        return valeur.isoformat()
    return texte_sur(str(valeur))


def en_xlsx(dossiers: Iterable[Dossier], colonnes: list[Colonne], fichier: IO[bytes]) -> None:
    """Write an XLSX in an open binary file: amounts and dates as such, sums below."""
    toutes = [*FIXES, *colonnes]
    classeur = Classeur("Dossiers")
    # A column holds one kind of thing: its first values say which.
    suivants = iter(dossiers)
    tete = list(islice(suivants, PAR_LOT))
    genres = [_genre(colonne, tete) for colonne in toutes]
    entetes = [
        Entete(colonne.titre, genre, colonne.largeur)
        for colonne, genre in zip(toutes, genres, strict=True)
    ]
    feuille = classeur.feuille("Dossiers", entetes, figees=len(FIXES))
    for dossier in chain(tete, suivants):
        feuille.ajouter([_valeur(colonne, colonne.valeur(dossier)) for colonne in toutes])
    if Genre.EUROS in genres:
        feuille.total(["Total", *_sommes(feuille, genres)])
    classeur.enregistrer(fichier)


def _genre(colonne: Colonne, dossiers: list[Dossier]) -> Genre:
    """Said by the column for amounts, else by its first value that is one."""
    if colonne.en_euros:
        return Genre.EUROS
    valeurs = (colonne.valeur(dossier) for dossier in dossiers)
    premiere = next((valeur for valeur in valeurs if valeur not in (None, "")), "")
    if isinstance(premiere, date):
        return Genre.JOUR
    return Genre.NOMBRE if isinstance(premiere, int) else Genre.TEXTE


def _valeur(colonne: Colonne, valeur: Valeur) -> ValeurDeCase:
    return euros(valeur) if isinstance(valeur, int) and colonne.en_euros else valeur


def _sommes(feuille: Feuille, genres: list[Genre]) -> list[ValeurDeCase]:
    """SOMME of each amount, from the second column on."""
    return [
        feuille.somme_de_la_colonne(rang) if genre is Genre.EUROS else None
        for rang, genre in enumerate(genres[1:], 2)
    ]
