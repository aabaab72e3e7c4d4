"""The tabs of the work list, each with what it holds; the lists kept; a list without a filter."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models

from appels.instruction import listes
from appels.instruction.comptes import Compte
from appels.instruction.files import File
from appels.models.dossiers import DossierQuerySet

VUES_MAX = 4  # lists kept shown as tabs; the others are on their page


@dataclass(frozen=True)
class Onglet:
    """A tab: its words, how many dossiers stand behind it, the query that shows them."""

    mot: str
    nombre: int
    adresse: str
    est_ici: bool
    est_a_moi: bool = False  # red: « à vous d’agir »


def des_files(
    liste: listes.Liste, comptes: dict[str, Compte], choix: list[tuple[str, str]]
) -> list[Onglet]:
    """« Tous », then each queue, with the filters of the list."""
    ici = liste.filtres.get("file", "")
    return [
        Onglet(
            mot,
            comptes.get(cle, Compte()).nombre,
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
    """The first lists kept, (name, list); all counted by one query."""
    montrees = gardees[:VUES_MAX]
    comptes = _compter([liste for _, liste in montrees], visibles, instant)
    return [
        Onglet(nom, comptes.get(rang, 0), liste.a_garder, liste.a_garder == ici.a_garder)
        for rang, (nom, liste) in enumerate(montrees)
    ]


def _compter(
    gardees: list[listes.Liste], visibles: DossierQuerySet, instant: datetime
) -> dict[int, int]:
    """{rank of the list: how many}; a list that is empty has no row."""
    lignes = [
        listes.filtrer(visibles, liste.filtres, instant)
        .order_by()
        .annotate(rang=models.Value(rang))
        .values("rang")
        .annotate(n=models.Count("pk"))
        .values_list("rang", "n")
        for rang, liste in enumerate(gardees)
    ]
    if not lignes:
        return {}
    premiere, *autres = lignes
    return dict(premiere.union(*autres, all=True) if autres else premiere)


def sans(liste: listes.Liste, nom: str) -> str:
    """The query of the same list without a filter; without a call, the list holds them all."""
    filtres = {autre: valeur for autre, valeur in liste.filtres.items() if autre != nom}
    if nom == "appel":
        filtres["appel"] = "tous"
    return liste.adresse(filtres=filtres, page=1)
