"""What stands near a dossier: the past of its organisation, the same place, nearly the same
title.
"""

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from appels.models import Dossier, Financement
from quartiers.francais import recherchable

ANNEES = 3
PROCHES_MAX = 5
SEUIL = 0.8  # of 1: « Jardins partagés » and « Jardins partages 2 »


def passe(dossier: Dossier, visibles) -> list[tuple[Dossier, list[Financement]]]:
    """(a dossier of the same organisation in the three calls before this one, what was asked of
    whom and decided).
    """
    annee = dossier.appel.annee
    lignes = (
        Financement.objects.filter(
            dossier__in=visibles.filter(porteur=dossier.porteur_id).values("pk"),
            dossier__appel__annee__lt=annee,
            dossier__appel__annee__gte=annee - ANNEES,
        )
        .select_related("dossier__appel", "partenaire")
        .order_by("-dossier__appel__annee", "dossier", "pk")
    )
    return [
        (ancien, list(siennes))
        for ancien, siennes in groupby(lignes, key=lambda ligne: ligne.dossier)
    ]


@dataclass(frozen=True)
class Proche:
    """Another dossier of the call, and why it stands near."""

    pk: int
    numero: str
    intitule: str
    porteur: str
    pourquoi: str


def proches(dossier: Dossier, adresses: list[str], visibles) -> list[Proche]:
    """Among those that one may read, the first ones with the same address, or nearly the same
    title; one query.
    """
    ici, titre = (
        {recherchable(adresse) for adresse in adresses if adresse},
        recherchable(dossier.intitule),
    )
    autres = visibles.filter(appel=dossier.appel_id).exclude(pk=dossier.pk).order_by("pk")
    trouves: dict[int, Proche] = {}
    for pk, numero, intitule, porteur, adresse in autres.values_list(
        "pk", "numero", "intitule", "porteur__nom", "lieux__adresse"
    ).iterator():
        pourquoi = (
            "titre presque identique"
            if _se_ressemblent(titre, recherchable(intitule))
            else ("même adresse" if adresse and recherchable(adresse) in ici else "")
        )
        if pourquoi and pk not in trouves:
            trouves[pk] = Proche(pk, numero, intitule, porteur, pourquoi)
        if len(trouves) == PROCHES_MAX:
            break
    return list(trouves.values())


def _se_ressemblent(un: str, autre: str) -> bool:
    comparaison = SequenceMatcher(None, un, autre)
    return (
        comparaison.real_quick_ratio() >= SEUIL
        and comparaison.quick_ratio() >= SEUIL
        and (comparaison.ratio() >= SEUIL)
    )
