"""What a scenario gives by project and funder, and what remains of each envelope, in cents."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.forms import BoundField

from appels.models import (
    Appel,
    Avis,
    Deliberation,
    Dossier,
    Enveloppe,
    Financement,
    Proposition,
    Scenario,
    SensComite,
)
from appels.models.dossiers import DossierQuerySet
from appels.models.financement import FinancementQuerySet
from appels.socle import deports
from appels.socle.deports import Deporte
from partenaires.models import Partenaire


@dataclass
class Compte:
    """A funder in a scenario: its envelope and ceiling by project, asked, proposed.

    Envelope and ceiling are None while unknown.
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
        """What remains of the envelope, below zero when it is gone beyond."""
        return None if self.enveloppe is None else self.enveloppe - self.propose

    @property
    def depassement(self) -> int:
        """How much too much; 0 when it holds."""
        return max(0, -self.reste) if self.reste is not None else 0


def demandes(appel: Appel) -> FinancementQuerySet:
    """The requests of a call to its funders, of the dossiers that are still in course."""
    return Financement.objects.filter(
        dossier__in=Dossier.objects.filter(appel=appel).deposes().en_course(),
        partenaire__isnull=False,
    )


def comptes(scenario: Scenario) -> dict[int, Compte]:
    """{funder: its account} in the order of the call: every project counts, read by me or not."""
    appel = scenario.appel
    enveloppes = Enveloppe.objects.filter(appel=scenario.appel_id).en_vigueur()
    demandees = dict(
        demandes(appel).order_by().values_list("partenaire").annotate(total=models.Sum("montant"))
    )
    proposees = dict(
        Proposition.objects.filter(scenario=scenario, financement__in=demandes(appel))
        .order_by()
        .values_list("financement__partenaire")
        .annotate(total=models.Sum("montant"))
    )
    trouves = {}
    for partenaire in _demandes_a(appel, set(demandees)):
        enveloppe = enveloppes.get(partenaire.pk)
        trouves[partenaire.pk] = Compte(
            partenaire,
            enveloppe=enveloppe.montant if enveloppe else None,
            plafond=enveloppe.plafond if enveloppe else None,
            demande=demandees[partenaire.pk] or 0,
            propose=proposees.get(partenaire.pk, 0),
        )
    return trouves


def _demandes_a(appel: Appel, cles: set[int]) -> list[Partenaire]:
    """The funders asked, in the order of the call; then those that the call does not name."""
    financeurs = appel.financeurs.select_related("partenaire")
    de_l_appel = [financeur.partenaire for financeur in financeurs]
    autres = cles - {partenaire.pk for partenaire in de_l_appel}
    trouves = [partenaire for partenaire in de_l_appel if partenaire.pk in cles]
    if autres:
        trouves += Partenaire.objects.filter(pk__in=autres)
    return trouves


def proposees(scenario: Scenario) -> models.QuerySet[Any]:
    """The requests of its call with what it gives them: `propose`, in cents, None for nothing.

    `mot`: what the last meeting said of the project. An unfavourable word gives zero, whatever the
    amount says.
    """
    montants = scenario.propositions.filter(financement=models.OuterRef("pk")).values("montant")
    mots = (
        Deliberation.objects.filter(dossier=models.OuterRef("dossier"))
        .order_by("-le", "-pk")
        .values("sens")
    )
    return (
        demandes(scenario.appel)
        .annotate(mot=models.Subquery(mots[:1]))
        .annotate(
            propose=models.Case(
                models.When(mot=SensComite.DEFAVORABLE, then=models.Value(0)),
                default=models.Subquery(montants),
                output_field=models.BigIntegerField(),
            )
        )
    )


@dataclass
class Case:
    """One request in the matrix: asked, proposed, the opinion that its funder shares.

    `propose` is None while nothing is proposed, which is not zero.
    """

    financement: Financement
    propose: int | None
    avis: Avis | None
    numero: str
    champ: BoundField | None = None  # where it is typed, given by the form


@dataclass
class Ligne:
    """A project of the matrix: its requests funder by funder, in the order of the accounts."""

    dossier: Dossier
    colonnes: list[tuple[Compte, list[Case]]] = field(default_factory=list)
    deportes: list[Deporte] = field(default_factory=list)

    @property
    def deports(self) -> int:
        """How many people step aside from it."""
        return len(self.deportes)

    @property
    def cases(self) -> list[Case]:
        """Those of every funder."""
        toutes = []
        for _, cases in self.colonnes:
            toutes += cases
        return toutes

    @property
    def demande(self) -> int:
        """Asked of all its funders, in cents."""
        return sum(case.financement.montant or 0 for case in self.cases)

    @property
    def propose(self) -> int:
        """Proposed by the scenario in all, in cents."""
        return sum(case.propose or 0 for case in self.cases)


def presentes(visibles: DossierQuerySet, appel: Appel) -> DossierQuerySet:
    """The projects of the matrix that one may read, in the order of the minutes."""
    return visibles.filter(appel=appel).en_course().order_by("numero")


def lignes(scenario: Scenario, dossiers: list[Dossier], comptes: dict[int, Compte]) -> list[Ligne]:
    """Their rows; five queries, whatever the number."""
    cases = _cases(scenario, dossiers)
    deportes = deports.par_dossier(dossiers)
    return [
        Ligne(
            dossier,
            [(compte, cases[dossier.pk, pk]) for pk, compte in comptes.items()],
            deportes[dossier.pk],
        )
        for dossier in dossiers
    ]


def _cases(
    scenario: Scenario, dossiers: list[Dossier]
) -> defaultdict[tuple[int, int | None], list[Case]]:
    """{(dossier, funder): its requests}; three queries."""
    numeros = {dossier.pk: dossier.numero or "" for dossier in dossiers}
    montants = dict(
        Proposition.objects.filter(
            scenario=scenario, financement__dossier__in=list(numeros)
        ).values_list("financement", "montant")
    )
    partages: dict[tuple[int, int | None], Avis] = {}
    for avis in Avis.objects.partages().filter(dossier__in=list(numeros)):
        partages[avis.dossier_id, avis.partenaire_id] = avis
    cases = defaultdict(list)
    des_financeurs = Financement.objects.filter(dossier__in=list(numeros), partenaire__isnull=False)
    for demande in des_financeurs.order_by("pk"):
        cle = (demande.dossier_id, demande.partenaire_id)
        cases[cle].append(
            Case(demande, montants.get(demande.pk), partages.get(cle), numeros[demande.dossier_id])
        )
    return cases


def differences(un: Scenario, autre: Scenario, visibles: DossierQuerySet) -> list[dict]:
    """The requests to which two scenarios of a call do not give the same, project after project.

    Two queries for the amounts, one for the requests.
    """
    d_un = dict(un.propositions.values_list("financement", "montant"))
    de_l_autre = dict(autre.propositions.values_list("financement", "montant"))
    lisibles = (
        demandes(un.appel)
        .filter(dossier__in=visibles.values("pk"))
        .select_related("dossier__porteur", "partenaire")
        .order_by("dossier__numero", "pk")
    )
    trouvees = []
    for demande in lisibles:
        avant = d_un.get(demande.pk)
        apres = de_l_autre.get(demande.pk)
        if avant != apres:
            trouvees.append(
                {
                    "demande": demande,
                    "un": avant,
                    "autre": apres,
                    "ecart": (apres or 0) - (avant or 0),
                }
            )
    return trouvees
