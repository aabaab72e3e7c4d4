"""A page of the work list: its rows, and what each of its queues holds.

A list of one call, or of all of them without another filter, is counted whole: from the counters
kept. Under a filter, a list of all calls together is counted up to a bound, and says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from appels.instruction.comptes import Compte, Lecteur, compter, compter_par_file
from appels.instruction.comptes import lus as comptes_lus
from appels.instruction.listes import PAR_PAGE, Liste, filtrer
from appels.models import TOUS_LES_APPELS, Dossier
from appels.models.dossiers import DossierQuerySet

COMPTES_MAX = 1000  # rows that a list of all calls together counts under a filter


@dataclass(frozen=True)
class Page:
    """One page of a list, and what each queue of that list holds, « » being the whole."""

    comptes: dict[str, Compte] | None  # None: too many rows to count each queue
    total: int
    page: int  # the number of this one, from 1
    pages: int
    dossiers: list[Dossier]
    est_bornee: bool = False  # more rows answer than are counted and shown

    @property
    def debut(self) -> int:
        """The rank of its first row in the list, from 0."""
        return (self.page - 1) * PAR_PAGE

    @property
    def montres(self) -> set[int]:
        """The keys of its rows."""
        return {dossier.pk for dossier in self.dossiers}

    @property
    def reste(self) -> int:
        """How many rows the next page shows."""
        return min(PAR_PAGE, self.total - self.debut - len(self.dossiers))


def lire(
    liste: Liste,
    visibles: DossierQuerySet,
    instant: datetime,
    *,
    lisible: bool,
    offertes: Iterable[str] = (),
    du_service: bool,
) -> Page:
    """The page that a list asks, the last one beyond; empty when its filters are not `lisible`.

    `offertes`: the queues that its reader is shown. Funders are told no decision by theirs.
    """
    if not lisible:
        return Page(comptes={}, total=0, page=1, pages=1, dossiers=[])
    ici = liste.filtres.get("file", "")
    autres = {nom: valeur for nom, valeur in liste.filtres.items() if nom != "file"}
    comptes = _lus(liste, autres, instant)
    if comptes is None:
        comptes = _compter(
            filtrer(visibles, autres, instant), autres, offertes, instant, du_service
        )
    est_bornee = False
    if comptes is None:
        [total] = combien([(filtrer(visibles, liste.filtres, instant), liste.filtres)])
        est_bornee = total > COMPTES_MAX
        total = min(total, COMPTES_MAX)
    else:
        total = comptes.get(ici, Compte()).nombre
    if total == 0:
        return Page(comptes=comptes, total=0, page=1, pages=1, dossiers=[])
    pages = ceil(total / PAR_PAGE)
    numero = min(liste.page, pages)
    dossiers = liste.dossiers(visibles, instant)
    montres = liste.lire_page(dossiers, (numero - 1) * PAR_PAGE, instant)
    return Page(
        comptes=comptes,
        total=total,
        page=numero,
        pages=pages,
        dossiers=montres,
        est_bornee=est_bornee,
    )


def _lus(liste: Liste, autres: dict, instant: datetime) -> dict[str, Compte] | None:
    """What is kept of a list that no other filter than its call narrows."""
    appel = autres.get("appel", "tous")
    if liste.lecteur is None or set(autres) - {"appel"}:
        return None
    cle = TOUS_LES_APPELS if appel == "tous" else int(appel)
    return comptes_lus(Lecteur(liste.lecteur, cle, instant))


def _compter(
    dossiers: DossierQuerySet,
    filtres: dict,
    offertes: Iterable[str],
    instant: datetime,
    du_service: bool,
) -> dict[str, Compte] | None:
    """The same, counted in the list itself; None when a list of all calls keeps too much."""
    if _est_borne(filtres):
        premiers = _premiers(dossiers)
        if len(premiers) > COMPTES_MAX:
            return None
        dossiers = Dossier.objects.filter(pk__in=premiers)
    return (
        compter_par_file(dossiers, instant) if du_service else compter(dossiers, offertes, instant)
    )


def _est_borne(filtres: dict) -> bool:
    """A list of all calls together is counted up to a bound; that of a call, whole."""
    return filtres.get("appel", "tous") == "tous"


def _premiers(dossiers: DossierQuerySet) -> list[int]:
    """The keys of some of them, one more than the bound at most: in whatever order is quick."""
    return list(dossiers.order_by().values_list("pk", flat=True)[: COMPTES_MAX + 1])


def combien(listes: list[tuple[DossierQuerySet, dict]]) -> list[int]:
    """How many in each of these lists (rows, filters), in one query; one more than the bound means
    that there are more.
    """
    morceaux: list[str] = []
    valeurs: list[Any] = []
    for dossiers, filtres in listes:
        comptees = dossiers.order_by().values("pk")
        if _est_borne(filtres):
            comptees = comptees[: COMPTES_MAX + 1]
        try:
            sql, siennes = comptees.query.sql_with_params()
        except EmptyResultSet:
            sql, siennes = "SELECT 1 WHERE 1 = 0", ()
        morceaux.append(f"(SELECT COUNT(*) FROM ({sql}) comptee)")  # noqa: S608 (written by the ORM)
        valeurs += siennes
    if not morceaux:
        return []
    with connection.cursor() as curseur:
        curseur.execute("SELECT " + ", ".join(morceaux), valeurs)
        return list(curseur.fetchone())
