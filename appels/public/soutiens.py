"""The projects that were granted money, once their decisions are released: what everybody may
read.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from appels.models import Dossier, Financement, Lieu
from quartiers.models import Axe, Quartier


@dataclass
class Soutien:
    """A project with the quartiers where it happens and what each funder grants, in cents."""

    dossier: Dossier
    accords: list[tuple[str, int]] = field(default_factory=list)
    quartiers: list[Quartier] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(montant for _, montant in self.accords)

    @property
    def annee(self) -> int:
        return self.dossier.appel.annee


@dataclass(frozen=True)
class Filtres:
    """What a visitor asked for; empty means everything."""

    quartier: str = ""
    axe: str = ""
    annee: str = ""
    financeur: str = ""

    def garde(self, soutien: Soutien) -> bool:
        return (
            (not self.quartier or any(q.code == self.quartier for q in soutien.quartiers))
            and (
                not self.axe
                or (soutien.dossier.axe is not None and soutien.dossier.axe.cle == self.axe)
            )
            and (not self.annee or str(soutien.annee) == self.annee)
            and (
                not self.financeur or any(str(nom) == self.financeur for nom, _ in soutien.accords)
            )
        )


def publies(quartiers: Iterable[Quartier]) -> list[Soutien]:
    """Every project granted, the latest first: two queries, whatever their number."""
    par_pk = {q.pk: q for q in quartiers}
    soutiens: dict[int, Soutien] = {}
    accords = (
        Financement.objects.publics()
        .select_related("partenaire", "dossier__porteur", "dossier__axe", "dossier__appel")
        .order_by("-dossier__appel__annee", "dossier__intitule", "dossier_id", "pk")
    )
    for accord in accords:
        soutien = soutiens.setdefault(accord.dossier_id, Soutien(accord.dossier))
        soutien.accords.append((accord.nom, accord.montant_vote))
    places = Lieu.objects.filter(dossier__in=list(soutiens), quartier__isnull=False).order_by(
        "quartier_id"
    )
    for dossier_pk, quartier_pk in places.values_list("dossier_id", "quartier_id").distinct():
        soutiens[dossier_pk].quartiers.append(par_pk[quartier_pk])
    return list(soutiens.values())


def repartir(soutiens: list[Soutien]) -> dict[str, list[tuple[str, int, int]]]:
    """(name, projects, cents) by year, by axis and by funder."""
    annees, axes, financeurs = Counter(), Counter(), Counter()
    nombres: Counter = Counter()
    for soutien in soutiens:
        axe = str(soutien.dossier.axe or "Sans axe")
        annees[soutien.annee] += soutien.total
        axes[axe] += soutien.total
        nombres[soutien.annee] += 1
        nombres[axe] += 1
        for nom, montant in soutien.accords:
            financeurs[nom] += montant
            nombres["financeur", nom] += 1
    return {
        "Par année": [(str(a), nombres[a], annees[a]) for a in sorted(annees, reverse=True)],
        "Par axe": [(a, nombres[a], axes[a]) for a in sorted(axes)],
        "Par financeur": [(f, nombres["financeur", f], financeurs[f]) for f in sorted(financeurs)],
    }


def choix(
    soutiens: list[Soutien], quartiers: Iterable[Quartier], axes: Iterable[Axe]
) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: the six quartiers, the four axes, the years and funders that have
    projects.
    """
    return {
        "quartier": [(q.code, str(q)) for q in quartiers],
        "axe": [(a.cle, str(a)) for a in axes],
        "annee": [(str(a), str(a)) for a in sorted({s.annee for s in soutiens}, reverse=True)],
        "financeur": [
            (nom, nom) for nom in sorted({nom for s in soutiens for nom, _ in s.accords})
        ],
    }
