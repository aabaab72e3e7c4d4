"""What an agent must look at in a dossier (METIER §8), as conditions of the database: lists and
pages say the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import lookups
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
    Message,
    Piece,
    Regle,
    Signal,
)
from appels.models.appel import Exigence
from appels.models.contenu import HORS_QPV, Dimension
from appels.models.etats import EN_COURSE, Etat
from partenaires.models import Genre
from quartiers.horloge import a_paris

SEUIL_CONVENTION = (
    2_300_000  # cents a year, one funder (loi 2000-321 art. 10, décret 2001-495 art. 1)
)
JOURS_AVANT_REJET = 15
ICI = models.OuterRef("pk")


@dataclass(frozen=True)
class Alerte:
    """Its key in addresses, a word for lists, a sentence for the page, and when it holds."""

    cle: str
    mot: str
    phrase: str
    condition: Callable[[datetime], models.Q | models.Exists]


def _signal(instant):
    return models.Exists(Signal.objects.poses().filter(dossier=ICI))


def _delai(instant):
    return models.Q(etat=Etat.A_COMPLETER, a_completer_avant__lte=instant)


def _rejet(instant):
    """R10; suspended while the organisation has a delay to complete (CRPA L114-5)."""
    borne = a_paris(instant).date() + timedelta(days=JOURS_AVANT_REJET)
    return (
        models.Q(etat__in=EN_COURSE, rejet_implicite_le__lte=borne)
        & ~models.Q(etat=Etat.A_COMPLETER, a_completer_avant__gt=instant)
        & models.Exists(
            Financement.objects.filter(dossier=ICI, partenaire__isnull=False, decision="")
        )
    )


def _pieces(instant):
    """A document needed for receivability is missing, refused, or does not do."""
    bonnes = (
        Piece.objects.presentes()
        .filter(dossier=models.OuterRef(models.OuterRef("pk")), document=models.OuterRef("pk"))
        .exclude(conformite=Conformite.NON_CONFORME)
        .filter(refusee="")
    )
    attendus = DocumentDemande.objects.filter(
        appel=models.OuterRef("appel_id"),
        exigence__in=[Exigence.OBLIGATOIRE, Exigence.RECEVABILITE],
    ).filter(models.Q(genre="") | models.Q(genre=models.OuterRef("porteur__genre")))
    return models.Q(etat__in=EN_COURSE) & models.Exists(attendus.filter(~models.Exists(bonnes)))


def _message(instant):
    return models.Exists(
        Message.objects.filter(dossier=ICI, cote=Cote.ORGANISME, attend_reponse=True)
    )


def _dauphin(instant):
    """R14."""
    etat = Financement.objects.filter(dossier=ICI, partenaire__genre=Genre.ETAT)
    return (
        models.Q(etat__in=EN_COURSE)
        & ~models.Q(dauphin__transmis_le__isnull=False)
        & models.Exists(etat)
    )


def _qpv(instant):
    """R04, when the call has such a rule."""
    dedans = (
        Beneficiaires.objects.filter(dossier=ICI, dimension=Dimension.QPV)
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
    return models.Q(
        lookups.LessThan(
            Coalesce(models.Subquery(dedans), models.Value(0)) * 100,
            models.F("beneficiaires") * models.Subquery(seuil),
        )
    )


def _convention(instant):
    """R13: what the same organisation (SIREN) asks or receives of one funder in the year of the
    call.
    """
    siens = (
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
    somme = siens.annotate(n=models.Sum(Coalesce("montant_vote", "montant"))).values("n")
    return models.Q(etat__in=EN_COURSE) & models.Exists(
        Financement.objects.filter(dossier=ICI, partenaire__isnull=False)
        .exclude(dossier__porteur__genre=Genre.SERVICE)
        .exclude(dossier__porteur__siret="")
        .annotate(siren=Left("dossier__porteur__siret", 9))
        .annotate(cumul=models.Subquery(somme))
        .filter(cumul__gt=SEUIL_CONVENTION)
    )


def _accorde(instant):
    """R15."""
    return models.Exists(
        Financement.objects.filter(dossier=ICI, montant_vote__gt=models.F("montant"))
    )


def _plan(instant):
    """R16: every funder decided, something is granted, and not what the plan counts on."""
    siens = Financement.objects.filter(dossier=ICI, partenaire__isnull=False)
    ecart = siens.filter(decision__in=ACCORDS).exclude(
        montant_vote=models.F("montant")
    ) | siens.exclude(decision__in=["", *ACCORDS])
    return (
        models.Q(etat=Etat.RECEVABLE)
        & models.Exists(siens.filter(decision__in=ACCORDS))
        & models.Exists(ecart)
        & ~models.Exists(siens.filter(decision=""))
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
    Alerte("delai", "Délai passé", "Le délai donné pour compléter est passé sans réponse.", _delai),
    Alerte(
        "pieces", "Pièce à voir", "Une pièce obligatoire manque, ou n’est pas conforme.", _pieces
    ),
    Alerte(
        "message", "Message sans réponse", "L’organisme attend une réponse à son message.", _message
    ),
    Alerte(
        "dauphin",
        "Pas sur Dauphin",
        "L’État est sollicité et aucun dépôt sur Dauphin n’est déclaré.",
        _dauphin,
    ),
    Alerte(
        "qpv", "Public hors QPV", "La part de personnes des QPV est sous le seuil de l’appel.", _qpv
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


def annoter(dossiers, instant: datetime):
    """The same dossiers, each with its `alerte_…` true or false."""
    return dossiers.annotate(
        **{f"alerte_{alerte.cle}": _vrai(alerte.condition(instant)) for alerte in ALERTES}
    )


def _vrai(condition):
    return (
        condition
        if isinstance(condition, models.Exists)
        else models.ExpressionWrapper(condition, output_field=models.BooleanField())
    )


def en_alerte(dossiers, cle: str, instant: datetime):
    """Those that this alert concerns; « toutes » for any of them."""
    conditions = [
        models.Q(alerte.condition(instant)) for alerte in ALERTES if cle in ("toutes", alerte.cle)
    ]
    total = models.Q()
    for condition in conditions:
        total |= condition
    return dossiers.filter(total)


def de(dossier: Dossier) -> list[Alerte]:
    """What an annotated dossier raises."""
    return [alerte for alerte in ALERTES if getattr(dossier, f"alerte_{alerte.cle}")]
