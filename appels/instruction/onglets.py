"""The tabs of the work list, each with what it holds; the lists kept; a list without a filter."""

from dataclasses import dataclass
from datetime import datetime

from appels.instruction import listes
from appels.instruction.comptes import Compte
from appels.instruction.files import File
from appels.instruction.page_de_liste import COMPTES_MAX, Page, combien
from appels.models.dossiers import DossierQuerySet

VUES_MAX = 4  # lists kept shown as tabs; the others are on their page


@dataclass(frozen=True)
class Onglet:
    """A tab: its words, how many dossiers stand behind it, the query that shows them."""

    mot: str
    nombre: int | None
    adresse: str
    est_ici: bool
    est_a_moi: bool = False  # red: « à vous d’agir »


def des_files(liste: listes.Liste, page: Page, choix: list[tuple[str, str]]) -> list[Onglet]:
    """« Tous », then each queue, with the filters of the list; no number where too many answer."""
    ici = liste.filtres.get("file", "")
    return [
        Onglet(
            mot,
            None if page.comptes is None else page.comptes.get(cle, Compte()).nombre,
            _avec_la_file(liste, cle),
            cle == ici,
            cle == File.A_VOUS,
        )
        for cle, mot in [("", "Tous"), *choix]
    ]


def _avec_la_file(liste: listes.Liste, cle: str) -> str:
    """Another queue is another list: its first page, nothing ticked."""
    filtres = {nom: valeur for nom, valeur in liste.filtres.items() if nom != "file"}
    if cle:
        filtres["file"] = cle
    return liste.adresse(filtres=filtres, page=1, choisis=frozenset())


def des_vues(
    gardees: list[tuple[str, listes.Liste]],
    ici: listes.Liste,
    visibles: DossierQuerySet,
    instant: datetime,
) -> list[Onglet]:
    """The first lists kept, (name, list), counted by one query; no number where too many answer."""
    montrees = gardees[:VUES_MAX]
    comptes = combien(
        [(listes.filtrer(visibles, liste.filtres, instant), liste.filtres) for _, liste in montrees]
    )
    return [
        Onglet(
            nom,
            None if nombre > COMPTES_MAX and liste.filtres.get("appel") == "tous" else nombre,
            liste.a_garder,
            liste.a_garder == ici.a_garder,
        )
        for (nom, liste), nombre in zip(montrees, comptes, strict=True)
    ]


def sans(liste: listes.Liste, nom: str) -> str:
    """The query of the same list without a filter; without a call, the list holds them all."""
    filtres = {autre: valeur for autre, valeur in liste.filtres.items() if autre != nom}
    if nom == "appel":
        filtres["appel"] = "tous"
    return liste.adresse(filtres=filtres, page=1)
