"""Several values of a dossier in one text that the database writes: what counters take apart."""

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat

from appels.models import Avis, Decision, Financement, Lieu, Sens

CE_DOSSIER = models.OuterRef("pk")
PARTAGE, COMMENCE = "1", "2"  # what an opinion is, in `parts`
RENONCEE = "2"  # what a decision is, there


class EnTexte(models.Aggregate):
    """The values of a group, a semicolon between two; in any order."""

    function = "STRING_AGG"
    output_field = models.TextField()

    def __init__(self, valeur: Combinable):
        super().__init__(valeur, models.Value(";"))

    def as_sqlite(self, compiler: Any, connection: Any, **contexte: Any) -> Any:
        return super().as_sql(compiler, connection, function="GROUP_CONCAT", **contexte)


def _texte(champ: str) -> Cast:
    return Cast(champ, models.CharField())


def parts() -> Coalesce:
    """« funder:asked:voted:decided:opinion » for each request to a funder of the call.

    Asked is empty when unknown; decided is 2 once its organisation gave it up; the opinion is 1
    once shared, 2 while it is a draft.
    """
    avis = Avis.objects.filter(
        dossier=models.OuterRef("dossier"), partenaire=models.OuterRef("partenaire")
    )
    demandes = Financement.objects.filter(dossier=CE_DOSSIER, partenaire__isnull=False)
    dites = demandes.annotate(
        dite=Concat(
            _texte("partenaire_id"),
            models.Value(":"),
            Coalesce(_texte("montant"), models.Value("")),
            models.Value(":"),
            Coalesce(_texte("montant_vote"), models.Value("0")),
            models.Value(":"),
            models.Case(
                models.When(decision="", then=models.Value("0")),
                models.When(decision=Decision.RENONCE, then=models.Value(RENONCEE)),
                default=models.Value("1"),
                output_field=models.CharField(),
            ),
            models.Value(":"),
            models.Case(
                models.When(models.Exists(avis.partages()), then=models.Value(PARTAGE)),
                models.When(models.Exists(avis), then=models.Value(COMMENCE)),
                default=models.Value("0"),
                output_field=models.CharField(),
            ),
            output_field=models.CharField(),
        )
    )
    return _en_texte(dites, "dite")


def proposes() -> Coalesce:
    """« funder:amount » for what each opinion, shared or not, takes of an envelope: the funder
    decided nothing here yet.
    """
    decidees = Financement.objects.filter(
        dossier=models.OuterRef("dossier"), partenaire=models.OuterRef("partenaire")
    ).exclude(decision="")
    avis = (
        Avis.objects.filter(dossier=CE_DOSSIER, montant_propose__isnull=False)
        .exclude(sens__in=[Sens.DEFAVORABLE, Sens.DEPORT])
        .filter(~models.Exists(decidees))
    )
    dits = avis.annotate(
        dite=Concat(
            _texte("partenaire_id"),
            models.Value(":"),
            _texte("montant_propose"),
            output_field=models.CharField(),
        )
    )
    return _en_texte(dits, "dite")


def quartiers() -> Coalesce:
    """The keys of the quartiers where it happens."""
    situes = Lieu.objects.filter(dossier=CE_DOSSIER, quartier__isnull=False)
    return _en_texte(situes.annotate(dite=_texte("quartier_id")), "dite")


def _en_texte(lignes: QuerySet, champ: str) -> Coalesce:
    par_dossier = lignes.order_by().values("dossier").annotate(n=EnTexte(models.F(champ)))
    return Coalesce(
        models.Subquery(par_dossier.values("n"), output_field=models.TextField()),
        models.Value(""),
        output_field=models.TextField(),
    )
