"""What stands near a dossier: the past of its organisation, the same place or title."""

from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import groupby
from operator import attrgetter

from django.db.models import Prefetch

from appels.models import Dossier, Financement
from appels.models.dossiers import DossierQuerySet
from appels.socle import stades
from appels.socle.stades import Stade
from quartiers.francais import recherchable

ANNEES = 3
PROCHES_MAX = 5
SEUIL = 0.8  # of 1: « Jardins partagés » and « Jardins partages 2 »


def passe(
    dossier: Dossier, lisibles: DossierQuerySet, instant: datetime
) -> list[tuple[Dossier, Stade, list[Financement]]]:
    """A dossier of the same organisation in the years before, where it stands, what was asked and
    decided; what was taken over from files too (`Stade.REPRIS`), with what was paid and justified.
    """
    annee = dossier.appel.annee
    de_l_organisme = lisibles.filter(porteur=dossier.porteur_id)
    anciens = de_l_organisme.select_related("appel").annotate(stade=stades.stade(instant))
    demandes = (
        Financement.objects.filter(
            dossier__in=de_l_organisme.values("pk"),
            dossier__appel__annee__lt=annee,
            dossier__appel__annee__gte=annee - ANNEES,
        )
        .select_related("partenaire", "reprise")
        .prefetch_related(Prefetch("dossier", anciens))
        .order_by("-dossier__appel__annee", "dossier", "pk")
    )
    return [
        (ancien, Stade(ancien.stade), list(groupe))
        for ancien, groupe in groupby(demandes, key=attrgetter("dossier"))
    ]


@dataclass(frozen=True)
class Proche:
    """Another dossier of the call, and why it stands near."""

    pk: int
    numero: str
    intitule: str
    porteur: str
    pourquoi: str


def proches(dossier: Dossier, adresses: list[str], visibles: DossierQuerySet) -> list[Proche]:
    """The first others of the call with the same address, or nearly the same title; one query."""
    titre = recherchable(dossier.intitule)
    lieux = {recherchable(adresse) for adresse in adresses if adresse}
    autres = visibles.filter(appel=dossier.appel_id).exclude(pk=dossier.pk).order_by("pk")
    lignes = autres.values_list(
        "pk",
        "numero",
        "intitule",
        "porteur__nom",
        "lieux__adresse",
    )
    trouves: dict[int, Proche] = {}
    for pk, numero, intitule, porteur, adresse in lignes.iterator():
        pourquoi = ""
        if _se_ressemblent(titre, recherchable(intitule)):
            pourquoi = "titre presque identique"
        elif adresse and recherchable(adresse) in lieux:
            pourquoi = "même adresse"
        if pourquoi and pk not in trouves:
            trouves[pk] = Proche(pk, numero, intitule, porteur, pourquoi)
        if len(trouves) == PROCHES_MAX:
            break
    return list(trouves.values())


def _se_ressemblent(un: str, autre: str) -> bool:
    """Nearly the same; the cheap upper bounds spare most of the true comparisons."""
    comparaison = SequenceMatcher(None, un, autre)
    return (
        comparaison.real_quick_ratio() >= SEUIL
        and comparaison.quick_ratio() >= SEUIL
        and comparaison.ratio() >= SEUIL
    )
