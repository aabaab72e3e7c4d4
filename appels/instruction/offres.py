"""What the filters of the work list offer: every choice of the database in one query."""

from operator import itemgetter

from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim

from appels.instruction import files, files_du_financeur
from appels.models import Appel, FinanceurAppel, Theme, Vue
from partenaires.models import Appartenance, Utilisateur
from partenaires.socle import droits
from quartiers.models import Axe, Commune, Quartier

Choix = list[tuple[str, str]]  # (value, words)
Offres = dict[str, Choix]  # of each filter
# Of the service alone: what the other funders decide may be guessed from these
DU_SERVICE = ("charge", "stade", "attend", "alerte")


def pour(utilisateur: Utilisateur) -> Offres:
    """What each filter offers, sorted by words; calls with the last year first.

    « vue » holds the lists that one kept: (query, name).
    """
    prenom_nom = Concat("utilisateur__prenom", models.Value(" "), "utilisateur__nom")
    agent = Coalesce(NullIf(Trim(prenom_nom), models.Value("")), "utilisateur__email")
    premiere, *autres = (
        _lignes("axe", Axe.objects.all(), "nom"),
        _lignes("theme", Theme.objects.all(), "libelle"),
        _lignes("quartier", Quartier.objects.all(), "nom_court"),
        _lignes("commune", Commune.objects.all(), "nom"),
        _lignes("appel", Appel.objects.du_portail(), _repere()),
        _lignes(
            "financeur",
            FinanceurAppel.objects.all(),
            "partenaire__nom",
            "partenaire",
        ),
        _lignes(
            "charge",
            Appartenance.objects.agents(),
            agent,
            "utilisateur",
        ),
        _lignes("vue", Vue.objects.pour(utilisateur), "nom", "requete"),
    )
    offres: Offres = {}
    for filtre, valeur, mots in premiere.union(*autres):
        offres.setdefault(filtre, []).append((valeur, mots))
    for filtre, choix in offres.items():
        choix.sort(key=itemgetter(1), reverse=filtre == "appel")
    offres["file"] = files.CHOIX
    if not droits.est_agent(utilisateur):
        offres["file"] = files_du_financeur.choix(utilisateur)
    return offres


def _repere() -> models.Case:
    """`Appel.repere`, in the database."""
    annee = Cast("annee", models.CharField())
    rang = Cast("rang", models.CharField())
    return models.Case(
        models.When(rang=1, then=annee), default=Concat(annee, models.Value("-"), rang)
    )


def _lignes(
    filtre: str,
    objets: QuerySet,
    mots: str | models.Func | models.Case,
    valeur: str = "pk",
) -> QuerySet:
    """Rows (filter, value, words), all three as text so that a single query unites them."""
    return objets.order_by().values_list(
        models.Value(filtre, models.CharField()),
        Cast(valeur, models.CharField()),
        Cast(mots, models.CharField()),
    )
