"""What an agent must look at in a dossier (METIER §8), as conditions of the database.

Lists, counters and pages say the same, from the same rule.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import QuerySet, lookups
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Left

from appels.models import (
    ACCORDS,
    Beneficiaires,
    CleRegle,
    Conformite,
    Cote,
    DocumentDemande,
    Dossier,
    Financement,
    Gravite,
    Lieu,
    Message,
    Piece,
    Regle,
    Signal,
)
from appels.models.appel import Exigence
from appels.models.contenu import HORS_QPV, Dimension
from appels.models.dossiers import DossierQuerySet
from appels.models.etats import EN_COURSE, Etat
from partenaires.models import Genre
from quartiers.horloge import a_paris

# cents a year, one funder (loi 2000-321 art. 10, décret 2001-495 art. 1)
SEUIL_CONVENTION = 2_300_000
JOURS_AVANT_REJET = 15
CE_DOSSIER = models.OuterRef("pk")
Condition = models.Q | Combinable


@dataclass(frozen=True)
class Alerte:
    """Something to look at, and when it holds."""

    cle: str  # in addresses
    mot: str  # for lists
    phrase: str  # for the page of the dossier
    condition: Callable[[datetime], Condition]


def _demandes() -> QuerySet[Financement]:
    """What the dossier asks of the funders of the call."""
    return Financement.objects.filter(dossier=CE_DOSSIER, partenaire__isnull=False)


def _signal(instant: datetime) -> Condition:
    return models.Exists(Signal.objects.poses().filter(dossier=CE_DOSSIER))


def _delai(instant: datetime) -> Condition:
    return models.Q(etat=Etat.A_COMPLETER, a_completer_avant__lte=instant)


def _rejet(instant: datetime) -> Condition:
    """R10; suspended while the organisation has a delay to complete (CRPA L114-5)."""
    borne = a_paris(instant).date() + timedelta(days=JOURS_AVANT_REJET)
    return (
        models.Q(etat__in=EN_COURSE, rejet_implicite_le__lte=borne)
        & ~models.Q(etat=Etat.A_COMPLETER, a_completer_avant__gt=instant)
        & models.Exists(_demandes().filter(decision=""))
    )


def _pieces(instant: datetime) -> Condition:
    """A document needed for receivability is missing, refused, or does not do."""
    bonnes = (
        Piece.objects.presentes()
        .filter(dossier=models.OuterRef(CE_DOSSIER), document=models.OuterRef("pk"))
        .exclude(conformite=Conformite.NON_CONFORME)
        .filter(refusee="")
    )
    attendus = DocumentDemande.objects.filter(
        appel=models.OuterRef("appel_id"),
        retire_le__isnull=True,
        exigence__in=[Exigence.OBLIGATOIRE, Exigence.RECEVABILITE],
    ).filter(models.Q(genre="") | models.Q(genre=models.OuterRef("porteur__genre")))
    return models.Q(etat__in=EN_COURSE) & models.Exists(attendus.filter(~models.Exists(bonnes)))


def _message(instant: datetime) -> Condition:
    return models.Exists(
        Message.objects.filter(
            dossier=CE_DOSSIER,
            cote=Cote.ORGANISME,
            attend_reponse=True,
        )
    )


def _dauphin(instant: datetime) -> Condition:
    """R14: the State is asked, and nothing was received on Dauphin as far as we were told."""
    a_l_etat = Financement.objects.filter(dossier=CE_DOSSIER, partenaire__genre=Genre.ETAT)
    return (
        models.Q(etat__in=EN_COURSE)
        & ~models.Q(dauphin__transmis_le__isnull=False)
        & models.Exists(a_l_etat)
    )


def _qpv(instant: datetime) -> Condition:
    """R04, when the call has such a rule."""
    dedans = (
        Beneficiaires.objects.filter(dossier=CE_DOSSIER, dimension=Dimension.QPV)
        .exclude(cle=HORS_QPV)
        .order_by()
        .values("dossier")
        .annotate(n=models.Sum("nombre"))
        .values("n")
    )
    seuil = (
        Regle.objects.filter(appel=models.OuterRef("appel_id"), cle=CleRegle.PART_QPV)
        .exclude(gravite=Gravite.DESACTIVEE)
        .values("seuil")[:1]
    )
    # In whole numbers: inside / all < threshold / 100, without dividing.
    dans_les_qpv = Coalesce(models.Subquery(dedans), models.Value(0)) * 100
    attendu = models.F("beneficiaires") * models.Subquery(seuil)
    return models.Q(lookups.LessThan(dans_les_qpv, attendu))


def _convention(instant: datetime) -> Condition:
    """R13: what an organisation (SIREN) asks or receives of one funder in the whole call."""
    memes = (
        Financement.objects.filter(
            partenaire=models.OuterRef("partenaire_id"),
            dossier__appel=models.OuterRef("dossier__appel_id"),
            dossier__etat__in=EN_COURSE,
        )
        .annotate(siren=Left("dossier__porteur__siret", 9))
        .filter(siren=models.OuterRef("siren"))
        .exclude(decision__in=["refuse", "sans_suite"])
        .order_by()
        .values("partenaire")
    )
    somme = memes.annotate(n=models.Sum(Coalesce("montant_vote", "montant"))).values("n")
    au_dela = (
        _demandes()
        .exclude(dossier__porteur__genre=Genre.SERVICE)
        .exclude(dossier__porteur__siret="")
        .annotate(siren=Left("dossier__porteur__siret", 9))
        .annotate(cumul=models.Subquery(somme))
        .filter(cumul__gt=SEUIL_CONVENTION)
    )
    return models.Q(etat__in=EN_COURSE) & models.Exists(au_dela)


def _accorde(instant: datetime) -> Condition:
    """R15."""
    return models.Exists(
        Financement.objects.filter(dossier=CE_DOSSIER, montant_vote__gt=models.F("montant"))
    )


def _plan(instant: datetime) -> Condition:
    """R16: every funder decided, something is granted, and not what the plan counts on."""
    demandes = _demandes()
    accordees = demandes.filter(decision__in=ACCORDS)
    autrement = accordees.exclude(montant_vote=models.F("montant"))
    pas_du_tout = demandes.exclude(decision__in=["", *ACCORDS])
    return (
        models.Q(etat=Etat.RECEVABLE)
        & models.Exists(accordees)
        & models.Exists(autrement | pas_du_tout)
        & ~models.Exists(demandes.filter(decision=""))
    )


def _lieu(instant: datetime) -> Condition:
    """A quartier chosen against its point, that no agent has looked at."""
    return models.Exists(
        Lieu.objects.filter(
            dossier=models.OuterRef("pk"), quartier_declare__isnull=False, verifie_le__isnull=True
        )
    )


ALERTES = [
    Alerte(
        "signal",
        "Signalement",
        "Un signalement n’est pas résolu : aucune décision ne peut être prise.",
        _signal,
    ),
    Alerte(
        "rejet",
        "Rejet implicite proche",
        "La demande sera bientôt réputée rejetée, ou l’est déjà : répondez.",
        _rejet,
    ),
    Alerte(
        "delai",
        "Délai passé",
        "Le délai donné pour compléter est passé sans réponse.",
        _delai,
    ),
    Alerte(
        "pieces",
        "Pièce à voir",
        "Une pièce obligatoire manque, ou n’est pas conforme.",
        _pieces,
    ),
    Alerte(
        "message",
        "Message sans réponse",
        "L’organisme attend une réponse à son message.",
        _message,
    ),
    Alerte(
        "dauphin",
        "Pas sur Dauphin",
        "L’État est sollicité et aucun dépôt sur Dauphin n’est déclaré.",
        _dauphin,
    ),
    Alerte(
        "qpv",
        "Public hors QPV",
        "La part de personnes des QPV est sous le seuil de l’appel.",
        _qpv,
    ),
    Alerte(
        "lieu",
        "Lieu à vérifier",
        "Un lieu a été rangé dans un autre quartier que celui choisi : son point en décide.",
        _lieu,
    ),
    Alerte(
        "convention",
        "Convention",
        "Le cumul de l’année chez un financeur dépasse 23 000 € : convention obligatoire.",
        _convention,
    ),
    Alerte(
        "accorde",
        "Accordé > demandé",
        "Un financeur accorde plus que ce qui lui est demandé.",
        _accorde,
    ),
    Alerte(
        "plan",
        "Plan à revoir",
        "Ce qui est accordé n’équilibre plus le budget : demandez un budget révisé.",
        _plan,
    ),
]


def annoter(dossiers: DossierQuerySet, instant: datetime) -> DossierQuerySet:
    """The same dossiers, each with its `alerte_…` true or false."""
    annotations = {f"alerte_{alerte.cle}": _vrai(alerte.condition(instant)) for alerte in ALERTES}
    return dossiers.annotate(**annotations)


def _vrai(condition: Condition) -> models.Exists | models.ExpressionWrapper:
    """A condition as a value that rows carry."""
    if isinstance(condition, models.Exists):
        return condition
    return models.ExpressionWrapper(condition, output_field=models.BooleanField())


def en_alerte(dossiers: DossierQuerySet, cle: str, instant: datetime) -> DossierQuerySet:
    """Those that this alert concerns; « toutes » for any of them."""
    une_d_elles = models.Q()
    for alerte in ALERTES:
        if cle in ("toutes", alerte.cle):
            une_d_elles |= models.Q(alerte.condition(instant))
    return dossiers.filter(une_d_elles)


def de(dossier: Dossier) -> list[Alerte]:
    """What an annotated dossier raises."""
    return [alerte for alerte in ALERTES if getattr(dossier, f"alerte_{alerte.cle}")]
