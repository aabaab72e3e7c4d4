"""The projects granted, once their decisions are published: the one query that everything reads.

The page, its map, its bars, the CSV, GeoJSON and JSON files, the API and the pages of quartiers ask
it the same thing and get the same rows:

- `catalogue(parution)`: what each filter offers, with how many projects and how much (one query,
  once a parution in each process);
- `Demande`: the filters and the order, read from an address by `lire`;
- `lignes(demande)`: the rows of `Soutien`, a lazy query that `pour_lecture()` completes; filter,
  order and page are done by the database;
- `totaux(demande)`: how many, how much, and the same by year, axis, quartier, commune, objective
  and funder: one query of a few kept rows (`Cumul`), whatever the number of projects.

Amounts in cents.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import models

from appels.models import Cumul, PartFinanceur, PartQuartier, Soutien
from appels.models.soutien import DIMENSIONS, MESURES, SoutienQuerySet
from appels.socle import cumuls, faits
from partenaires.models import Partenaire
from quartiers.memoire import Garde
from quartiers.models import Axe, Commune, Objectif, Quartier

# The parameters of an address, in the order of the page.
FILTRES = ("annee", "quartier", "axe", "objectif", "commune", "financeur", "organisme")
TRIS = {
    "": ("-annee", "tri", "pk"),
    "-annee": ("annee", "tri", "pk"),
    "titre": ("tri", "pk"),
    "-titre": ("-tri", "-pk"),
    "montant": ("-total", "tri", "pk"),
    "-montant": ("total", "-tri", "-pk"),
}


@dataclass(frozen=True)
class Compte:
    """What is counted for one choice. `montant` is not additive between quartiers nor funders."""

    nombre: int = 0
    accordes: int = 0
    montant: int = 0
    accordes_du_financeur: int = 0
    montant_du_financeur: int = 0
    montant_du_quartier: int = 0


RIEN = Compte()


@dataclass(frozen=True)
class Offre:
    """A value of a filter: as an address writes it, as people read it."""

    valeur: str
    nom: str
    cle: int
    compte: Compte = RIEN


@dataclass(frozen=True)
class Catalogue:
    """What each filter offers; `ensemble`: all the projects, whatever they are."""

    offres: dict[str, list[Offre]]
    ensemble: Compte
    tons: dict[int, str]  # the class of each funder, in bars
    axes: dict[int, Axe]

    def choix(self, filtre: str) -> list[tuple[str, str]]:
        """[(value, name)]."""
        return [(offre.valeur, offre.nom) for offre in self.offres[filtre]]

    def noms(self, filtre: str, cles: Collection[int]) -> list[str]:
        """The names of these keys, in the order of the filter."""
        return [offre.nom for offre in self.offres[filtre] if offre.cle in cles]

    def offre(self, filtre: str, valeur: str) -> Offre | None:
        """The one of this value; None when it is not offered."""
        for offre in self.offres[filtre]:
            if offre.valeur == valeur:
                return offre
        return None


class Moment(models.TextChoices):
    """Where a project is in time, from its dates alone."""

    A_VENIR = "apres", "Projet à venir"
    EN_COURS = "demi", "Projet en cours"
    REALISE = "plein", "Projet réalisé"


def moment(projet: Soutien, jour: date) -> Moment | None:
    """On this day; None when its dates are not known."""
    if projet.debut_le is None or projet.fin_le is None:
        return None
    if jour < projet.debut_le:
        return Moment.A_VENIR
    return Moment.EN_COURS if jour <= projet.fin_le else Moment.REALISE


class FiltreInconnu(ValueError):
    """A value that a filter does not offer, or an order that does not exist."""


@dataclass(frozen=True)
class Demande:
    """What a visitor asked for: a key by filter chosen, and the order of the rows."""

    choix: dict[str, int] = field(default_factory=dict)
    organisme: int | None = None
    tri: str = ""

    def avec(self, filtre: str, valeur: int) -> "Demande":
        """The same, with this value of this filter."""
        return Demande({**self.choix, filtre: valeur}, self.organisme, self.tri)


@dataclass(frozen=True)
class Totaux:
    """What the rows of a request make, and the same for each value of a filter."""

    ensemble: Compte
    par: dict[str, dict[int, Compte]]

    @property
    def hors_quartier(self) -> int:
        """What no quartier is counted for: with the estimated parts of all, it makes the total."""
        parts = sum(compte.montant_du_quartier for compte in self.par["quartier"].values())
        return self.ensemble.montant - parts


def _charger() -> Catalogue:
    """Three dozen rows: those of no filter and of one."""
    ensemble, comptes = _comptes()
    objectifs = Objectif.objects.filter(
        models.Q(est_publie=True) | models.Q(pk__in=comptes["objectif"])
    )
    financeurs = Partenaire.objects.filter(pk__in=comptes["financeur"]).order_by("nom", "pk")
    noms = Counter(financeur.nom for financeur in financeurs)
    axes = list(Axe.objects.all())
    offres = {
        "annee": [(str(an), str(an), an) for an in sorted(comptes["annee"], reverse=True)],
        "quartier": [(un.code, str(un), un.pk) for un in Quartier.objects.defer("contour")],
        "axe": [(un.cle, str(un), un.pk) for un in axes],
        "objectif": [(str(un.pk), str(un), un.pk) for un in objectifs],
        "commune": [(un.code_insee, str(un), un.pk) for un in Commune.objects.defer("contour")],
        "financeur": [(_nom_unique(un, noms), un.nom, un.pk) for un in financeurs],
    }
    return Catalogue(
        {filtre: _offrir(lignes, comptes[filtre]) for filtre, lignes in offres.items()},
        ensemble,
        {financeur.pk: financeur.ton for financeur in financeurs},
        {axe.pk: axe for axe in axes},
    )


def _comptes() -> tuple[Compte, dict[str, dict[int, Compte]]]:
    """What all the projects make, and those of each value of each filter."""
    ensemble = RIEN
    comptes: dict[str, dict[int, Compte]] = {dimension: {} for dimension in DIMENSIONS}
    for cumul in Cumul.objects.filter(choisies__lte=1):
        choisie = next((nom for nom in DIMENSIONS if getattr(cumul, nom)), None)
        if choisie is None:
            ensemble = _compte(cumul)
        else:
            comptes[choisie][getattr(cumul, choisie)] = _compte(cumul)
    return ensemble, comptes


def _offrir(lignes: list[tuple[str, str, int]], comptes: dict[int, Compte]) -> list[Offre]:
    return [Offre(valeur, nom, cle, comptes.get(cle, RIEN)) for valeur, nom, cle in lignes]


def _nom_unique(financeur: Partenaire, noms: Counter[str]) -> str:
    """How an address names a funder: its name, with its key when two have the same."""
    return financeur.nom if noms[financeur.nom] == 1 else f"{financeur.nom} ({financeur.pk})"


def _compte(cumul: Cumul) -> Compte:
    return Compte(**{mesure: getattr(cumul, mesure) for mesure in MESURES})


catalogue = Garde(_charger).lire


def lire(adresse: dict[str, str], offert: Catalogue) -> Demande:
    """The request of an address; empty means everything. Raises `FiltreInconnu`."""
    choix = {}
    for filtre in DIMENSIONS:
        if valeur := adresse.get(filtre, ""):
            offre = offert.offre(filtre, valeur)
            if offre is None:
                raise FiltreInconnu(filtre)
            choix[filtre] = offre.cle
    tri = adresse.get("tri", "")
    if tri not in TRIS:
        raise FiltreInconnu("tri")
    return Demande(choix, _organisme(adresse.get("organisme", "")), tri)


def _organisme(valeur: str) -> int | None:
    """The key of an organisation that was funded."""
    if not valeur:
        return None
    if not (valeur.isascii() and valeur.isdigit() and len(valeur) < 10):
        raise FiltreInconnu("organisme")
    if not Soutien.objects.filter(porteur=int(valeur)).exists():
        raise FiltreInconnu("organisme")
    return int(valeur)


def lignes(demande: Demande) -> SoutienQuerySet:
    """The rows asked for, in their order."""
    rangs = Soutien.objects.order_by(*TRIS[demande.tri])
    if demande.organisme:
        rangs = rangs.filter(porteur=demande.organisme)
    for filtre, valeur in demande.choix.items():
        rangs = rangs.filter(_qui_a(filtre, valeur))
    return rangs


def _qui_a(filtre: str, valeur: int) -> models.Q:
    """Having this value: what a project has several of is looked for in its own table, so that the
    project comes once.
    """
    if filtre in ("annee", "axe"):
        return models.Q(**{filtre: valeur})
    tables = {
        "quartier": PartQuartier.objects.filter(quartier=valeur),
        "financeur": PartFinanceur.objects.filter(financeur=valeur),
        "commune": Soutien.communes.through.objects.filter(commune=valeur),
        "objectif": Soutien.objectifs.through.objects.filter(objectif=valeur),
    }
    return models.Q(models.Exists(tables[filtre].filter(soutien=models.OuterRef("pk"))))


def totaux(demande: Demande, offert: Catalogue) -> Totaux:
    """How many and how much: all of it, and by value of each filter."""
    voulues = [
        (filtre, offre.cle, _cle(demande.avec(filtre, offre.cle)))
        for filtre in DIMENSIONS
        for offre in offert.offres[filtre]
        if demande.choix.get(filtre, offre.cle) == offre.cle
    ]
    tout = _cle(demande)
    if demande.organisme:
        comptes = _de_l_organisme(demande.organisme)
    else:
        comptes = _gardes([tout, *(cle for _, _, cle in voulues)])
    par: dict[str, dict[int, Compte]] = {dimension: {} for dimension in DIMENSIONS}
    for filtre, valeur, cle in voulues:
        if cle in comptes:
            par[filtre][valeur] = comptes[cle]
    return Totaux(comptes.get(tout, RIEN), par)


def _cle(demande: Demande) -> str:
    return cumuls.cle(tuple(demande.choix.get(nom, 0) for nom in DIMENSIONS))


def _gardes(cles: Iterable[str]) -> dict[str, Compte]:
    return {cle: _compte(cumul) for cle, cumul in Cumul.objects.in_bulk(list(cles)).items()}


def _de_l_organisme(organisme: int) -> dict[str, Compte]:
    """Counted from its few projects: an organisation is not a dimension of what is kept."""
    siens = list(Soutien.objects.filter(porteur=organisme).values_list("dossier_id", flat=True))
    comptes = cumuls.compter(faits.lus(siens).values())
    return {cumuls.cle(choix): Compte(**compte) for choix, compte in comptes.items()}
