"""The projects granted, once their decisions are published: what everybody reads."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from appels.models import Dossier, Lieu, Publication
from quartiers.models import Axe, Quartier


@dataclass(frozen=True)
class Correction:
    """What the public is told of a line that it had read otherwise."""

    financeur: str
    le: datetime
    note: str


@dataclass
class Soutien:
    """A project with the quartiers where it happens and what each funder grants, in cents.

    `renonces`: the funders whose grant its organisation gave up, which counts no more.
    """

    dossier: Dossier
    accords: list[tuple[str, int]] = field(default_factory=list)
    renonces: list[str] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    quartiers: list[Quartier] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(montant for _, montant in self.accords)

    @property
    def annee(self) -> int:
        return self.dossier.appel.annee

    @property
    def financeurs(self) -> set[str]:
        """All that its line names, given up or corrected too."""
        corriges = {correction.financeur for correction in self.corrections}
        return {nom for nom, _ in self.accords} | set(self.renonces) | corriges


@dataclass(frozen=True)
class Filtres:
    """What a visitor asked for; empty means everything."""

    quartier: str = ""
    axe: str = ""
    annee: str = ""
    financeur: str = ""

    def garde(self, soutien: Soutien) -> bool:
        """True when the project is all that was asked."""
        axe = soutien.dossier.axe
        valeurs = [
            (self.quartier, {quartier.code for quartier in soutien.quartiers}),
            (self.axe, {axe.cle} if axe else set()),
            (self.annee, {str(soutien.annee)}),
            (self.financeur, soutien.financeurs),
        ]
        return all(not voulue or voulue in presentes for voulue, presentes in valeurs)


@dataclass
class _Somme:
    """Projects counted, cents added."""

    nombre: int = 0
    montant: int = 0

    def ajouter(self, montant: int) -> None:
        self.nombre += 1
        self.montant += montant


def publies(quartiers: Iterable[Quartier]) -> list[Soutien]:
    """Every project with a public decision, the latest first: two queries, however many."""
    par_pk = {quartier.pk: quartier for quartier in quartiers}
    soutiens: dict[int, Soutien] = {}
    publications = (
        Publication.objects.publiques()
        .select_related(
            "prise__financement__partenaire",
            "prise__financement__dossier__porteur",
            "prise__financement__dossier__axe",
            "prise__financement__dossier__appel",
        )
        .order_by(
            "-prise__financement__dossier__appel__annee",
            "prise__financement__dossier__intitule",
            "prise__financement__dossier_id",
            "prise__financement_id",
        )
    )
    for publication in publications:
        dossier = publication.prise.financement.dossier
        _inscrire(soutiens.setdefault(dossier.pk, Soutien(dossier)), publication)
    places = Lieu.objects.filter(dossier__in=list(soutiens), quartier__isnull=False).order_by(
        "quartier_id"
    )
    for dossier_pk, quartier_pk in places.values_list("dossier_id", "quartier_id").distinct():
        soutiens[dossier_pk].quartiers.append(par_pk[quartier_pk])
    return list(soutiens.values())


def _inscrire(soutien: Soutien, publication: Publication) -> None:
    """One line: a grant, one given up, and why it changed when it corrects another."""
    prise = publication.prise
    nom = prise.financement.nom
    if publication.a_renonce:
        soutien.renonces.append(nom)
    elif prise.est_un_accord:
        soutien.accords.append((nom, prise.montant_vote or 0))
    if publication.note:
        assert publication.le  # public
        soutien.corrections.append(Correction(nom, publication.le, publication.note))


def repartir(soutiens: list[Soutien]) -> dict[str, list[tuple[str, int, int]]]:
    """(name, projects, cents) by year, by axis and by funder."""
    annees: dict[str, _Somme] = defaultdict(_Somme)
    axes: dict[str, _Somme] = defaultdict(_Somme)
    financeurs: dict[str, _Somme] = defaultdict(_Somme)
    for soutien in soutiens:
        if not soutien.accords:
            continue
        annees[str(soutien.annee)].ajouter(soutien.total)
        axes[str(soutien.dossier.axe or "Sans axe")].ajouter(soutien.total)
        for nom, montant in soutien.accords:
            financeurs[nom].ajouter(montant)
    return {
        "Par année": _lignes(annees)[::-1],  # the latest first
        "Par axe": _lignes(axes),
        "Par financeur": _lignes(financeurs),
    }


def _lignes(sommes: dict[str, _Somme]) -> list[tuple[str, int, int]]:
    return [(nom, somme.nombre, somme.montant) for nom, somme in sorted(sommes.items())]


def choix(
    soutiens: list[Soutien], quartiers: Iterable[Quartier], axes: Iterable[Axe]
) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: every quartier and axis, the years and funders with projects."""
    annees = sorted({soutien.annee for soutien in soutiens}, reverse=True)
    financeurs: set[str] = set()
    for soutien in soutiens:
        financeurs.update(soutien.financeurs)
    return {
        "quartier": [(quartier.code, str(quartier)) for quartier in quartiers],
        "axe": [(axe.cle, str(axe)) for axe in axes],
        "annee": [(str(annee), str(annee)) for annee in annees],
        "financeur": [(nom, nom) for nom in sorted(financeurs)],
    }
