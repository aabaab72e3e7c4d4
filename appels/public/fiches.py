"""The page of a project: what the public reads of it, of its years, or why it does not."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db import models

from appels.models import (
    AdressePublique,
    Dossier,
    PartFinanceur,
    PartQuartier,
    Publication,
    Reprise,
    Soutien,
)
from appels.models.etats import Etat
from appels.public import soutiens
from appels.public.liste_des_projets import payer
from quartiers.geographie import Geographie


@dataclass(frozen=True)
class Annee:
    """A year of the same action, as it was funded."""

    projet: Soutien
    parts: list[tuple[str, str, int]]  # (class, name, cents)
    etat: soutiens.Moment | None


@dataclass(frozen=True)
class Fiche:
    """Everything that the page shows. Amounts in cents."""

    projet: Soutien
    annees: list[Annee]  # the oldest first, this one among them
    quartiers: set[int]
    communes: list[str]
    objectifs: list[str]
    adresses: list[tuple[str, str]]  # (name, address) of the places that may be shown to the door
    territoire: Geographie
    etat: soutiens.Moment | None

    @property
    def rang(self) -> int:
        """1 for the first year of the action."""
        return [annee.projet.pk for annee in self.annees].index(self.projet.pk) + 1

    @property
    def plus_grand(self) -> int:
        """The largest year, to which the others are drawn."""
        return max(annee.projet.total for annee in self.annees)

    @cached_property
    def payeurs(self) -> list[tuple[str, str, int]]:
        return payer(self.projet.parts.all())

    @cached_property
    def emblemes(self) -> list[dict[str, Any]]:
        """The quartiers named, with their silhouettes."""
        return [une for une in self.territoire.emblemes if une["quartier"].pk in self.quartiers]

    @cached_property
    def carte(self) -> dict[str, Any]:
        """Around its quartiers; the six when none is public."""
        codes = [une["quartier"].code for une in self.emblemes]
        if len(codes) == 1:
            return self.territoire.carte_de(codes[0])
        return self.territoire.carte_des(codes)

    @property
    def formes(self) -> list[dict[str, Any]]:
        """The quartiers named, on the map."""
        nommes = {une["quartier"].pk for une in self.emblemes}
        dessinees = self.carte.get("quartiers", [])
        return [forme for forme in dessinees if forme["quartier"].pk in nommes]

    @cached_property
    def financeurs_des_annees(self) -> list[str]:
        """Every funder of one of its years, in the order where they come."""
        noms: dict[str, None] = {}
        for annee in self.annees:
            for _classe, nom, _montant in annee.parts:
                noms[nom] = None
        return list(noms)

    @property
    def tableau(self) -> list[tuple[int, list[tuple[str, int]], int]]:
        """(year, (funder, what it gives) of each, total)."""
        lignes = []
        for annee in self.annees:
            montants = dict.fromkeys(self.financeurs_des_annees, 0)
            for _classe, nom, montant in annee.parts:
                montants[nom] += montant
            lignes.append((annee.projet.annee, list(montants.items()), annee.projet.total))
        return lignes


def lire(
    numero: str, offert: soutiens.Catalogue, territoire: Geographie, jour: date
) -> Fiche | None:
    """The page of this number; None when nothing of it is public now.

    Four queries: the years, what each gives, the keys of its places and objectives, its addresses.
    """
    celui_ci = Soutien.objects.filter(numero=numero).order_by()
    de_la_serie = Soutien.objects.filter(dossier__serie__in=celui_ci.values("dossier__serie"))
    # A union, each half by its index: an « or » over two tables reads every project
    siens = celui_ci.values("pk").union(de_la_serie.order_by().values("pk"))
    memes = Soutien.objects.filter(pk__in=siens)
    parts = PartFinanceur.objects.select_related("financeur", "publication__prise")
    annees = list(
        memes.select_related("porteur", "axe")
        .prefetch_related(models.Prefetch("parts", parts))
        .order_by("annee", "pk")
    )
    projet = next((une for une in annees if une.numero == numero), None)
    if projet is None:
        return None
    cles = _cles(projet)
    return Fiche(
        projet=projet,
        annees=[Annee(une, payer(une.parts.all()), soutiens.moment(une, jour)) for une in annees],
        quartiers=cles["quartier"],
        communes=offert.noms("commune", cles["commune"]),
        objectifs=offert.noms("objectif", cles["objectif"]),
        adresses=list(
            AdressePublique.objects.filter(soutien=projet).values_list("intitule", "adresse")
        ),
        territoire=territoire,
        etat=soutiens.moment(projet, jour),
    )


def _cles(projet: Soutien) -> dict[str, set[int]]:
    """The keys of its quartiers, communes and objectives, in one query."""
    lignes = [
        PartQuartier.objects.filter(soutien=projet)
        .order_by()
        .values_list(models.Value("quartier"), "quartier_id")
    ]
    for nom in ("commune", "objectif"):
        table = getattr(Soutien, f"{nom}s").through.objects.filter(soutien=projet)
        lignes.append(table.order_by().values_list(models.Value(nom), f"{nom}_id"))
    cles: dict[str, set[int]] = {"quartier": set(), "commune": set(), "objectif": set()}
    for nom, cle in lignes[0].union(*lignes[1:], all=True):
        cles[nom].add(cle)
    return cles


@dataclass(frozen=True)
class Retrait:
    """A project that was public and is not any more: since when, and why in words."""

    numero: str
    le: datetime | None
    raison: str


RETIRE = "L’organisme a retiré son projet."
ECARTE = "Le projet n’est plus recevable."
DEPUBLIE = "Le service a retiré la publication de ses décisions."
DEFAIT = "Le service a retiré le fichier d’une année passée d’où venait ce projet."


def pourquoi_retire(numero: str) -> Retrait | None:
    """Why what was public is not any more; None for what never was.

    The reason that an agent typed is for the service: the public reads what happened.
    """
    parue = (
        Publication.objects.filter(prise__financement__dossier__numero=numero, le__isnull=False)
        .order_by("-retiree_le")
        .first()
    )
    dossier = Dossier.objects.filter(numero=numero).first()
    if parue is None or dossier is None:
        defaite = Reprise.objects.filter(numeros_parus__has_key=numero).first()
        return Retrait(numero, defaite.defaite_le, DEFAIT) if defaite else None
    raisons = {Etat.RETIRE: RETIRE, Etat.IRRECEVABLE: ECARTE}
    return Retrait(numero, parue.retiree_le, raisons.get(Etat(dossier.etat), DEPUBLIE))
