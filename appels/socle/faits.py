"""A project as the public reads it: as the procedure says it, and as it is kept.

`constater` reads the procedure, `lus` the rows kept; equal when everything is right.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from appels.models import Dossier, Lieu, Publication, Soutien
from appels.models.contenu import HORS_QPV, Beneficiaires, Dimension
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


# --- What the procedure says
# ------------------------------------------------------------------------------------


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
    lieux = _Lieux(list(publications))
    objectifs = _par_dossier(
        Dossier.objects.filter(pk__in=publications, objectifs_contrat__isnull=False)
        .order_by("objectifs_contrat")
        .values_list("pk", "objectifs_contrat")
    )
    faits = {}
    for dossier in Dossier.objects.filter(pk__in=publications).select_related("appel"):
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


def _par_dossier(paires: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    ranges: dict[int, list[int]] = defaultdict(list)
    for dossier, valeur in paires:
        ranges[dossier].append(valeur)
    return ranges


class _Lieux:
    """Where these dossiers happen, in three queries: quartiers, communes, who benefits."""

    def __init__(self, dossiers: list[int]) -> None:
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
        for dossier, cle, nombre in publics.values_list("dossier_id", "cle", "nombre"):
            self.publics[dossier][cle] = nombre

    def quartiers(self, dossier: Dossier) -> list[int]:
        return sorted({lieu.quartier_id for lieu in self.lieux[dossier.pk] if lieu.quartier_id})

    def communes(self, dossier: Dossier) -> tuple[int, ...]:
        """The communes named; those of the quartier where no commune is."""
        trouvees: set[int] = set()
        for lieu in self.lieux[dossier.pk]:
            if lieu.commune_id:
                trouvees.add(lieu.commune_id)
            elif lieu.quartier_id:
                trouvees.update(self.autour[lieu.quartier_id])
        return tuple(sorted(trouvees))

    def partager(self, dossier: Dossier, total: int) -> tuple[tuple[int, int], ...]:
        """Each quartier with its part of the total, in cents; what is left is outside.

        One quartier and no place elsewhere: all of it. Else by the people who benefit, as the
        organisation counted them; equal parts when it did not.
        """
        quartiers = self.quartiers(dossier)
        if not quartiers:
            return ()
        publics = self.publics[dossier.pk]
        poids = [publics.get(self.codes[quartier], 0) for quartier in quartiers]
        dehors = publics.get(HORS_QPV, 0) if len(quartiers) > 1 or self._va_ailleurs(dossier) else 0
        if not sum(poids):
            poids = [1] * len(quartiers)
            dehors = 0
        parts = au_prorata(total, [*poids, dehors])
        return tuple(zip(quartiers, parts[:-1], strict=True))

    def _va_ailleurs(self, dossier: Dossier) -> bool:
        return any(lieu.quartier_id is None for lieu in self.lieux[dossier.pk])


# --- What is kept
# ------------------------------------------------------------------------------------


def lus(dossiers: Collection[int]) -> Faits:
    """{dossier: what the public reads of it}, from the rows kept."""
    soutiens = Soutien.objects.filter(dossier__in=dossiers).prefetch_related(
        "parts", "places", "communes", "objectifs"
    )
    return {
        soutien.dossier_id: Fait(
            dossier=soutien.dossier_id,
            numero=soutien.numero,
            annee=soutien.annee,
            intitule=soutien.intitule,
            porteur=soutien.porteur_id,
            axe=soutien.axe_id,
            debut_le=soutien.debut_le,
            fin_le=soutien.fin_le,
            parts=tuple(
                Part(
                    publication=part.publication_id,
                    financeur=part.financeur_id,
                    libelle=part.libelle,
                    montant=part.montant,
                    est_accordee=part.est_accordee,
                    a_renonce=part.a_renonce,
                    note=part.note,
                    publiee_le=part.publiee_le,
                )
                for part in soutien.parts.all()
            ),
            quartiers=tuple(
                sorted((place.quartier_id, place.montant) for place in soutien.places.all())
            ),
            communes=tuple(sorted(commune.pk for commune in soutien.communes.all())),
            objectifs=tuple(sorted(objectif.pk for objectif in soutien.objectifs.all())),
        )
        for soutien in soutiens
    }
