"""The years of one action are one series: those that a file adds join it, or begin it.

The same organisation and the same title, to the accent, are the same action; an agent corrects.
"""

from collections.abc import Collection, Iterable
from typing import Any

from appels.models import Dossier, Serie
from appels.socle.feuilles import simple

Cle = tuple[int, str]  # organisation, title


def rattacher(dossiers: Iterable[Dossier]) -> dict[str, Any]:
    """Give each of these, not saved yet, its series. What was written, to undo it: the series
    begun, and {series: the first year that it had}."""
    tous = sorted(dossiers, key=_annee)
    connues = _connues({dossier.porteur_id for dossier in tous})
    nees: dict[Cle, Serie] = {}
    for dossier in tous:
        cle = _cle(dossier.porteur_id, dossier.intitule)
        if cle not in connues and cle not in nees:
            nees[cle] = Serie(
                porteur=dossier.porteur,
                premiere_annee=dossier.appel.annee,
                titre=dossier.intitule,
            )
    Serie.objects.bulk_create(nees.values())
    avancees = {}
    for dossier in tous:
        dossier.serie = (connues | nees)[_cle(dossier.porteur_id, dossier.intitule)]
        if dossier.appel.annee < dossier.serie.premiere_annee:
            avancees[str(dossier.serie.pk)] = dossier.serie.premiere_annee
            dossier.serie.premiere_annee = dossier.appel.annee
            dossier.serie.save(update_fields=["premiere_annee"])
    return {"nees": [serie.pk for serie in nees.values()], "avancees": avancees}


def _annee(dossier: Dossier) -> int:
    annee: int = dossier.appel.annee
    return annee


def _cle(porteur: int, titre: str) -> Cle:
    return porteur, simple(titre)


def _connues(porteurs: Collection[int]) -> dict[Cle, Serie]:
    """By the title of any of their years; the oldest when several say the same."""
    series = Serie.objects.filter(porteur__in=porteurs).order_by("pk").in_bulk()
    connues: dict[Cle, Serie] = {}
    for serie in series.values():
        connues.setdefault(_cle(serie.porteur_id, serie.titre), serie)
    suivis = Dossier.objects.filter(serie__in=series).exclude(intitule="").order_by("serie", "pk")
    for porteur, intitule, serie_pk in suivis.values_list("porteur", "intitule", "serie"):
        connues.setdefault(_cle(porteur, intitule), series[serie_pk])
    return connues


def remettre(avancees: dict[str, int]) -> None:
    """The first years that these series had."""
    for pk, annee in avancees.items():
        for serie in Serie.objects.filter(pk=int(pk)):
            serie.premiere_annee = annee
            serie.save(update_fields=["premiere_annee"])
