"""What a scenario proposes to each funder: one rule for the matrix and for the dashboard."""

from django.db import models
from django.db.models.functions import Cast

from appels.models import Appel, Dossier, Financement, Proposition, Scenario
from appels.models.etats import EN_COURSE
from appels.models.financement import FinancementQuerySet


def demandes(appel: Appel) -> FinancementQuerySet:
    """The requests of a call to its funders, of the dossiers that are still in course."""
    return Financement.objects.filter(
        dossier__in=Dossier.objects.filter(appel=appel).deposes().en_course(),
        partenaire__isnull=False,
    )


def montant_de(scenario: Scenario | None) -> models.Subquery | Cast:
    """What a scenario gives to a request, None for nothing: of one that is not kept too."""
    if scenario is None or scenario.pk is None:
        return Cast(models.Value(None), models.BigIntegerField())  # typed: it is summed
    propositions = Proposition.objects.filter(scenario=scenario, financement=models.OuterRef("pk"))
    return models.Subquery(propositions.values("montant")[:1])


def sommes(scenario: Scenario) -> dict[int, tuple[int, int]]:
    """{funder: asked, proposed}, in cents; one query."""
    siennes = models.Q(propositions__scenario=scenario.pk or 0)
    lignes = (
        demandes(scenario.appel)
        .annotate(proposee=models.FilteredRelation("propositions", condition=siennes))
        .order_by()
        .values("partenaire")
        .annotate(demande=models.Sum("montant"), total=models.Sum("proposee__montant"))
    )
    return {ligne["partenaire"]: (ligne["demande"] or 0, ligne["total"] or 0) for ligne in lignes}


def proposees_par_financeur(scenario: Scenario) -> dict[int, int]:
    """{funder: what the scenario gives of it}, in cents, read from its own lines; one query."""
    siennes = Proposition.objects.filter(
        scenario=scenario,
        financement__partenaire__isnull=False,
        financement__dossier__appel=scenario.appel_id,
        financement__dossier__depose_le__isnull=False,
        financement__dossier__etat__in=EN_COURSE,
    )
    totaux = siennes.order_by().values_list("financement__partenaire")
    return dict(totaux.annotate(total=models.Sum("montant")))
