"""What a scenario gives: by project and funder, with what remains of each envelope. Amounts in
cents.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import models

from appels.models import (
    Appel,
    Avis,
    Deport,
    Dossier,
    Enveloppe,
    Financement,
    Proposition,
    Scenario,
)
from partenaires.models import Partenaire


@dataclass
class Compte:
    """A funder in a scenario: its envelope (None while unknown), its ceiling by project, asked,
    proposed.
    """

    partenaire: Partenaire
    enveloppe: int | None = None
    plafond: int | None = None
    demande: int = 0
    propose: int = 0

    @property
    def nom(self) -> str:
        """Short, for the head of a column."""
        return self.partenaire.sigle or self.partenaire.nom

    @property
    def reste(self) -> int | None:
        return None if self.enveloppe is None else self.enveloppe - self.propose

    @property
    def depassement(self) -> int:
        """How much too much; 0 when it holds."""
        return max(0, -self.reste) if self.reste is not None else 0


def demandes(appel: Appel):
    """The requests of a call to its funders, of the dossiers that are still in course."""
    return Financement.objects.filter(
        dossier__in=Dossier.objects.filter(appel=appel).deposes().en_course(),
        partenaire__isnull=False,
    )


def comptes(scenario: Scenario) -> dict[int, Compte]:
    """{funder: its account} in the order of the call: every project counts, read by me or not."""
    appel, enveloppes = (
        scenario.appel,
        Enveloppe.objects.filter(appel=scenario.appel_id).en_vigueur(),
    )
    sommes = dict(
        demandes(appel).order_by().values_list("partenaire").annotate(n=models.Sum("montant"))
    )
    proposees = dict(
        Proposition.objects.filter(scenario=scenario, financement__in=demandes(appel))
        .order_by()
        .values_list("financement__partenaire")
        .annotate(n=models.Sum("montant"))
    )
    partenaires = [f.partenaire for f in appel.financeurs.select_related("partenaire")]
    autres = set(sommes) - {p.pk for p in partenaires}
    partenaires += list(Partenaire.objects.filter(pk__in=autres)) if autres else []
    trouves = {}
    for partenaire in partenaires:
        if partenaire.pk in sommes:
            enveloppe = enveloppes.get(partenaire.pk)
            trouves[partenaire.pk] = Compte(
                partenaire,
                enveloppe.montant if enveloppe else None,
                enveloppe.plafond if enveloppe else None,
                sommes[partenaire.pk] or 0,
                proposees.get(partenaire.pk, 0),
            )
    return trouves


@dataclass
class Case:
    """One request in the matrix: asked, proposed (None: nothing yet), the opinion that its funder
    shares.
    """

    financement: Financement
    propose: int | None
    avis: Avis | None
    numero: str
    champ: object = None  # where it is typed, given by the form


@dataclass
class Ligne:
    """A project of the matrix: its requests funder by funder, in the order of the accounts."""

    dossier: Dossier
    colonnes: list[tuple[Compte, list[Case]]] = field(default_factory=list)
    deports: int = 0

    @property
    def cases(self) -> list[Case]:
        return [case for _, siennes in self.colonnes for case in siennes]

    @property
    def demande(self) -> int:
        return sum(case.financement.montant or 0 for case in self.cases)

    @property
    def propose(self) -> int:
        return sum(case.propose or 0 for case in self.cases)


def presentes(visibles, appel: Appel):
    """The projects of the matrix that one may read, in the order of the minutes."""
    return visibles.filter(appel=appel).en_course().order_by("numero")


def lignes(scenario: Scenario, dossiers: list[Dossier], comptes: dict[int, Compte]) -> list[Ligne]:
    """Their rows; four queries, whatever the number."""
    numeros = {dossier.pk: dossier.numero for dossier in dossiers}
    cles = list(numeros)
    montants = dict(
        Proposition.objects.filter(scenario=scenario, financement__dossier__in=cles).values_list(
            "financement", "montant"
        )
    )
    avis = {
        (a.dossier_id, a.partenaire_id): a for a in Avis.objects.partages().filter(dossier__in=cles)
    }
    deports = dict(
        Deport.objects.en_vigueur()
        .filter(dossier__in=cles)
        .order_by()
        .values_list("dossier")
        .annotate(n=models.Count("pk"))
    )
    cases = defaultdict(list)
    for demande in Financement.objects.filter(dossier__in=cles, partenaire__isnull=False).order_by(
        "pk"
    ):
        cle = (demande.dossier_id, demande.partenaire_id)
        cases[cle].append(
            Case(demande, montants.get(demande.pk), avis.get(cle), numeros[demande.dossier_id])
        )
    return [
        Ligne(
            dossier,
            [(compte, cases[dossier.pk, pk]) for pk, compte in comptes.items()],
            deports.get(dossier.pk, 0),
        )
        for dossier in dossiers
    ]


def differences(un: Scenario, autre: Scenario, visibles) -> list[dict]:
    """The requests that two scenarios of a call do not give the same, project after project; two
    queries.
    """
    montants = {
        s.pk: dict(s.propositions.values_list("financement", "montant")) for s in (un, autre)
    }
    siennes = (
        demandes(un.appel)
        .filter(dossier__in=visibles.values("pk"))
        .select_related("dossier__porteur", "partenaire")
        .order_by("dossier__numero", "pk")
    )
    return [
        {"demande": demande, "un": a, "autre": b, "ecart": (b or 0) - (a or 0)}
        for demande in siennes
        if (a := montants[un.pk].get(demande.pk)) != (b := montants[autre.pk].get(demande.pk))
    ]
