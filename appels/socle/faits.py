"""A project as the public reads it: as the procedure says it, and as it is kept.

`constater` reads the procedure, `lus` the rows kept; equal when everything is right.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from appels.models import (
    AdressePublique,
    Dossier,
    Lieu,
    PartDuQuartier,
    PartFinanceur,
    Publication,
    Soutien,
)
from appels.models.contenu import HORS_QPV, Beneficiaires, Dimension, Indicateur
from appels.socle import protection
from appels.socle.repartition import au_prorata
from quartiers.models import Quartier


@dataclass(frozen=True)
class Part:
    """The line of a funder. Cents."""

    publication: int
    financeur: int | None
    libelle: str
    montant: int
    est_accordee: bool
    a_renonce: bool
    note: str
    publiee_le: datetime


@dataclass(frozen=True)
class Adresse:
    """A place that may be shown to the door."""

    intitule: str
    adresse: str
    commune: int | None
    latitude: Decimal | None
    longitude: Decimal | None


@dataclass(frozen=True)
class Fait:
    """A project as the public reads it, by keys. Cents."""

    dossier: int
    numero: str
    annee: int
    intitule: str
    porteur: int
    axe: int | None
    debut_le: date | None
    fin_le: date | None
    parts: tuple[Part, ...]
    quartiers: tuple[tuple[int, int], ...]  # (quartier, its part of the total)
    communes: tuple[int, ...]
    objectifs: tuple[int, ...]
    resume: str
    adresses: tuple[Adresse, ...]
    mesures: tuple[tuple[str, str, str], ...]  # what is counted, the number aimed at, its unit

    @property
    def total(self) -> int:
        return sum(part.montant for part in self.parts)

    @property
    def est_accorde(self) -> bool:
        return any(part.est_accordee for part in self.parts)

    @property
    def hors_quartier(self) -> int:
        return self.total - sum(montant for _, montant in self.quartiers)

    @property
    def maj_le(self) -> datetime:
        return max(part.publiee_le for part in self.parts)


Faits = dict[int, Fait]


# --- What the procedure says ----------------------------------------------------------------------


def constater(dossiers: Collection[int]) -> Faits:
    """{dossier: what the public must read of it}, for those that have a public line."""
    publications: dict[int, list[Publication]] = defaultdict(list)
    publiques = (
        Publication.objects.publiques()
        .filter(prise__financement__dossier__in=dossiers)
        .select_related("prise__financement")
        .order_by("prise__financement_id")
    )
    for publication in publiques:
        publications[publication.prise.financement.dossier_id].append(publication)
    trouves = Dossier.objects.filter(pk__in=publications).select_related("appel")
    lieux = _Lieux(list(trouves))
    objectifs = _par_dossier(
        Dossier.objects.filter(pk__in=publications, objectifs_contrat__isnull=False)
        .order_by("objectifs_contrat")
        .values_list("pk", "objectifs_contrat")
    )
    mesures = _mesures(publications)
    faits = {}
    for dossier in trouves:
        parts = tuple(_part(une) for une in publications[dossier.pk])
        total = sum(part.montant for part in parts)
        faits[dossier.pk] = Fait(
            dossier=dossier.pk,
            numero=dossier.numero or "",
            annee=dossier.appel.annee,
            intitule=dossier.intitule,
            porteur=dossier.porteur_id,
            axe=dossier.axe_id,
            debut_le=dossier.debut_le,
            fin_le=dossier.fin_le,
            parts=parts,
            quartiers=lieux.partager(dossier, total),
            communes=lieux.communes(dossier),
            objectifs=tuple(objectifs[dossier.pk]),
            resume=dossier.resume_public,
            adresses=lieux.adresses(dossier),
            mesures=tuple(mesures[dossier.pk]),
        )
    return faits


def _part(publication: Publication) -> Part:
    prise = publication.prise
    financement = prise.financement
    est_accordee = prise.est_un_accord and not publication.a_renonce
    assert publication.le  # public
    return Part(
        publication=publication.pk,
        financeur=financement.partenaire_id,
        libelle="" if financement.partenaire_id else financement.libelle,
        montant=(prise.montant_vote or 0) if est_accordee else 0,
        est_accordee=est_accordee,
        a_renonce=publication.a_renonce,
        note=publication.note,
        publiee_le=publication.le,
    )


def _mesures(dossiers: Collection[int]) -> dict[int, list[tuple[str, str, str]]]:
    """The targets that have a number: what was written before it was asked is in words only, and
    nobody was told that they would be read."""
    rangees: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for indicateur in Indicateur.objects.filter(dossier__in=dossiers, cible__isnull=False):
        cible = str(indicateur.cible)
        rangees[indicateur.dossier_id].append((indicateur.libelle, cible, indicateur.unite))
    return rangees


def _par_dossier(paires: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    ranges: dict[int, list[int]] = defaultdict(list)
    for dossier, valeur in paires:
        ranges[dossier].append(valeur)
    return ranges


class _Lieux:
    """Where these dossiers happen: quartiers, communes, who benefits; in a fixed number of queries.

    A protected project is in a quartier only where another organisation has a public one too
    (SUITES F6).
    """

    def __init__(self, dossiers: list[Dossier]) -> None:
        self.lieux: dict[int, list[Lieu]] = defaultdict(list)
        for lieu in Lieu.objects.filter(dossier__in=dossiers):
            self.lieux[lieu.dossier_id].append(lieu)
        self.codes: dict[int, str] = {}
        self.autour: dict[int, list[int]] = {}  # the communes of each quartier
        for quartier in Quartier.objects.prefetch_related("communes").defer("contour"):
            self.codes[quartier.pk] = quartier.code
            self.autour[quartier.pk] = [commune.pk for commune in quartier.communes.all()]
        self.publics: dict[int, dict[str, int]] = defaultdict(dict)
        publics = Beneficiaires.objects.filter(dossier__in=dossiers, dimension=Dimension.QPV)
        for pk, cle, nombre in publics.values_list("dossier_id", "cle", "nombre"):
            self.publics[pk][cle] = nombre
        self.declarees: dict[int, dict[str, int]] = defaultdict(dict)
        parts = PartDuQuartier.objects.filter(dossier__in=dossiers)
        for pk, cle, pourcent in parts.values_list("dossier_id", "cle", "pourcent"):
            self.declarees[pk][cle] = pourcent
        self.proteges = protection.parmi([dossier.pk for dossier in dossiers])
        places = {lieu.quartier_id for pk in self.proteges for lieu in self.lieux[pk]}
        self.autour_de_proteges = {
            quartier: protection.organismes_publics(quartier) for quartier in places if quartier
        }

    def quartiers(self, dossier: Dossier) -> list[int]:
        """Those that may be named."""
        trouves = {lieu.quartier_id for lieu in self.lieux[dossier.pk] if lieu.quartier_id}
        if dossier.pk not in self.proteges:
            return sorted(trouves)
        return sorted(
            quartier
            for quartier in trouves
            if self.autour_de_proteges[quartier] - {dossier.porteur_id}
        )

    def communes(self, dossier: Dossier) -> tuple[int, ...]:
        """The communes named; those of the quartier where no commune is.

        Of a quartier that may not be named and stands in two communes, none: both would name it.
        """
        nommables = self.quartiers(dossier)
        trouvees: set[int] = set()
        for lieu in self.lieux[dossier.pk]:
            autour = self.autour[lieu.quartier_id] if lieu.quartier_id else []
            if lieu.commune_id:
                trouvees.add(lieu.commune_id)
            elif lieu.quartier_id in nommables or len(autour) == 1:
                trouvees.update(autour)
        return tuple(sorted(trouvees))

    def adresses(self, dossier: Dossier) -> tuple[Adresse, ...]:
        """Those that the organisation lets be published; none of a protected project."""
        if dossier.pk in self.proteges:
            return ()
        return tuple(
            Adresse(lieu.intitule, lieu.adresse, lieu.commune_id, lieu.latitude, lieu.longitude)
            for lieu in self.lieux[dossier.pk]
            if lieu.publiable
        )

    def partager(self, dossier: Dossier, total: int) -> tuple[tuple[int, int], ...]:
        """Each quartier with its part of the total, in cents; what is left is outside.

        By the shares that the organisation gave; else by the people who benefit, as it counted
        them; equal parts when it did neither.
        """
        tous = sorted({lieu.quartier_id for lieu in self.lieux[dossier.pk] if lieu.quartier_id})
        if not tous:
            return ()
        poids = self._poids(dossier, tous)
        parts = dict(zip(tous, au_prorata(total, poids), strict=False))
        return tuple((quartier, parts[quartier]) for quartier in self.quartiers(dossier))

    def _poids(self, dossier: Dossier, quartiers: list[int]) -> list[int]:
        """The weight of each quartier, then of what is outside."""
        ailleurs = any(lieu.quartier_id is None for lieu in self.lieux[dossier.pk])
        if len(quartiers) == 1 and not ailleurs:
            return [1, 0]
        for poids in (self.declarees[dossier.pk], self.publics[dossier.pk]):
            trouves = [poids.get(self.codes[quartier], 0) for quartier in quartiers]
            if sum(trouves):
                return [*trouves, poids.get(HORS_QPV, 0)]
        return [1] * len(quartiers) + [0]


# --- What is kept ---------------------------------------------------------------------------------


def lus(dossiers: Collection[int]) -> Faits:
    """{dossier: what the public reads of it}, from the rows kept."""
    soutiens = Soutien.objects.filter(dossier__in=dossiers).prefetch_related(
        "parts", "places", "communes", "objectifs", "adresses"
    )
    return {soutien.dossier_id: _lu(soutien) for soutien in soutiens}


def _lu(soutien: Soutien) -> Fait:
    places = soutien.places.all()
    return Fait(
        dossier=soutien.dossier_id,
        numero=soutien.numero,
        annee=soutien.annee,
        intitule=soutien.intitule,
        porteur=soutien.porteur_id,
        axe=soutien.axe_id,
        debut_le=soutien.debut_le,
        fin_le=soutien.fin_le,
        parts=tuple(_part_lue(part) for part in soutien.parts.all()),
        quartiers=tuple(sorted((place.quartier_id, place.montant) for place in places)),
        communes=tuple(sorted(commune.pk for commune in soutien.communes.all())),
        objectifs=tuple(sorted(objectif.pk for objectif in soutien.objectifs.all())),
        resume=soutien.resume,
        mesures=tuple((nom, cible, unite) for nom, cible, unite in soutien.mesures),
        adresses=tuple(_adresse_lue(adresse) for adresse in soutien.adresses.all()),
    )


def _part_lue(part: PartFinanceur) -> Part:
    return Part(
        publication=part.publication_id,
        financeur=part.financeur_id,
        libelle=part.libelle,
        montant=part.montant,
        est_accordee=part.est_accordee,
        a_renonce=part.a_renonce,
        note=part.note,
        publiee_le=part.publiee_le,
    )


def _adresse_lue(adresse: AdressePublique) -> Adresse:
    return Adresse(
        intitule=adresse.intitule,
        adresse=adresse.adresse,
        commune=adresse.commune_id,
        latitude=adresse.latitude,
        longitude=adresse.longitude,
    )
