"""What stands near a dossier: the past of its organisation, the same place or title."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import groupby
from operator import attrgetter

from django.db.models import BooleanField, OuterRef, QuerySet, Subquery, Value

from appels.models import AdresseCondensee, Dossier, Financement
from appels.models.dossiers import DossierQuerySet
from appels.socle import stades
from appels.socle.stades import Stade
from quartiers.francais import recherchable

ANNEES = 3
PROCHES_MAX = 5
A_COMPARER = 40  # titles on each side
SEUIL = 0.8  # of 1: « Jardins partagés » and « Jardins partages 2 »


def passe(
    dossier: Dossier, lisibles: DossierQuerySet, instant: datetime
) -> list[tuple[Dossier, Stade, list[Financement]]]:
    """A dossier of the same organisation in the years before, where it stands, what was asked and
    decided; what was taken over from files too (`Stade.REPRIS`), with what was paid and justified.

    One query, however many years.
    """
    annee = dossier.appel.annee
    de_l_organisme = lisibles.filter(porteur=dossier.porteur_id)
    situes = Dossier.objects.filter(pk=OuterRef("dossier")).annotate(stade=stades.stade(instant))
    demandes = (
        Financement.objects.filter(
            dossier__in=de_l_organisme.values("pk"),
            dossier__appel__annee__lt=annee,
            dossier__appel__annee__gte=annee - ANNEES,
        )
        .select_related("dossier__appel", "partenaire", "reprise")
        .annotate(stade=Subquery(situes.values("stade")[:1]))
        .order_by("-dossier__appel__annee", "dossier", "pk")
    )
    groupes = groupby(demandes, key=attrgetter("dossier", "stade"))
    return [(ancien, Stade(stade), list(groupe)) for (ancien, stade), groupe in groupes]


@dataclass(frozen=True)
class Proche:
    """Another dossier of the call, and why it stands near."""

    pk: int
    numero: str
    intitule: str
    porteur: str
    pourquoi: str


def proches(dossier: Dossier, adresses: list[str], visibles: DossierQuerySet) -> list[Proche]:
    """The first others of the call with the same address, or nearly the same title.

    One query of five ranges of indexes, however many dossiers the call has.
    """
    titre = recherchable(dossier.intitule)
    autres = visibles.filter(condense__appel=dossier.appel_id).exclude(pk=dossier.pk)
    du_meme_lieu, *de_titres_voisins = [
        autres.filter(pk__in=cles)
        .annotate(meme_lieu=Value(rang == 0, BooleanField()))
        .order_by()
        .values_list("pk", "numero", "intitule", "porteur__nom", "condense__titre", "meme_lieu")
        for rang, cles in enumerate(
            [_a_la_meme_adresse(autres, dossier.appel_id, adresses), *_a_comparer(autres, titre)]
        )
    ]
    trouves: dict[int, Proche] = {}
    for pk, numero, intitule, porteur, autre, meme_lieu in du_meme_lieu.union(*de_titres_voisins):
        if _se_ressemblent(titre, autre):
            trouves[pk] = Proche(pk, numero, intitule, porteur, "titre presque identique")
        elif meme_lieu:
            trouves[pk] = Proche(pk, numero, intitule, porteur, "même adresse")
    return [trouves[pk] for pk in sorted(trouves)][:PROCHES_MAX]


def _a_la_meme_adresse(
    autres: DossierQuerySet, appel: int, adresses: list[str]
) -> QuerySet[Dossier, dict[str, int]]:
    """The keys of the first ones at one of these addresses."""
    comparees = {recherchable(adresse) for adresse in adresses if adresse}
    condenses = AdresseCondensee.objects.filter(adresse__in=comparees, appel=appel)
    la = autres.filter(pk__in=condenses.values("condense"))
    return la.order_by("pk").values("pk")[:PROCHES_MAX]


def _a_comparer(autres: DossierQuerySet, titre: str) -> Iterator[QuerySet[Dossier, dict[str, int]]]:
    """The keys of those whose titles stand beside this one, read from either end.

    Nearly the same titles begin alike or end alike: in one of the two orders they are neighbours.
    """
    for champ, valeur in (
        ("condense__titre", titre),
        ("condense__titre_inverse", titre[::-1]),
    ):
        apres = autres.filter(**{f"{champ}__gte": valeur}).order_by(champ)
        avant = autres.filter(**{f"{champ}__lt": valeur}).order_by(f"-{champ}")
        yield apres.values("pk")[:A_COMPARER]
        yield avant.values("pk")[:A_COMPARER]


def _se_ressemblent(un: str, autre: str) -> bool:
    """Nearly the same; the cheap upper bounds spare most of the true comparisons."""
    comparaison = SequenceMatcher(None, un, autre)
    return (
        comparaison.real_quick_ratio() >= SEUIL
        and comparaison.quick_ratio() >= SEUIL
        and comparaison.ratio() >= SEUIL
    )
