"""The tabs of the work list, each with what it holds; the lists kept; the chips of the filters."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import models

from appels.instruction import listes
from appels.instruction.comptes import Compte
from appels.instruction.files import File
from appels.instruction.forms.liste import FiltreForm
from appels.models.dossiers import DossierQuerySet
from quartiers.francais import en_euros

VUES_MAX = 4  # lists kept shown as tabs; the others are on their page


@dataclass(frozen=True)
class Onglet:
    """A tab: its words, how many dossiers stand behind it, the query that shows them."""

    mot: str
    nombre: int
    adresse: str
    est_ici: bool
    est_a_moi: bool = False  # red: « à vous d’agir »


class Puce(NamedTuple):
    """A filter that holds, and the query of the list without it."""

    mot: str
    adresse: str


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


def puces(liste: listes.Liste, form: FiltreForm) -> list[Puce]:
    """Each filter that holds, in the words of its form; the queue is a tab, not a chip."""
    return [
        Puce(_mot(form, nom, valeur), _sans(liste, nom))
        for nom, valeur in liste.filtres.items()
        if nom != "file" and (nom, valeur) != ("appel", "tous")
    ]


def _sans(liste: listes.Liste, nom: str) -> str:
    """The same list without a filter; without a call, the list holds them all."""
    filtres = {autre: valeur for autre, valeur in liste.filtres.items() if autre != nom}
    if nom == "appel":
        filtres["appel"] = "tous"
    return liste.adresse(filtres=filtres, page=1)


def _mot(form: FiltreForm, nom: str, valeur: object) -> str:
    """« Quartier : Bonnettes », « Appel 2027 », « Demandé, au moins 1 000 € »."""
    champ = form.fields[nom]
    titre = str(champ.label)
    if nom in listes.MONTANTS and isinstance(valeur, int):
        return f"{titre.removesuffix(' (€)')} {en_euros(valeur)}"
    if nom == "q":
        return f"« {valeur} »"
    mots = {str(cle): str(mot) for cle, mot in getattr(champ, "choices", [])}
    dit = mots.get(str(valeur), str(valeur))
    return f"{titre} {dit}" if nom == "appel" else f"{titre} : {dit}"
