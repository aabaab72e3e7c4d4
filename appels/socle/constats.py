"""What lists ask of a deposited dossier, as the procedure says it: expressions of the database.

They are what is kept (`condenses`), and its proof. None of them reads the clock: a delay is given
as its end, and compared by who reads.
"""

from datetime import datetime

from django.db import models
from django.db.models import QuerySet, lookups
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Left, Round, TruncDate

from appels.models import (
    ACCORDS,
    Avis,
    Beneficiaires,
    CleRegle,
    Conformite,
    Cotation,
    Cote,
    Decision,
    Deliberation,
    DocumentDemande,
    Dossier,
    Financement,
    Gravite,
    Lecture,
    Lieu,
    LigneBudget,
    Message,
    Passage,
    Piece,
    Regle,
    SensComite,
    Signal,
)
from appels.models.appel import Exigence
from appels.models.contenu import HORS_QPV, Dimension
from appels.models.etats import EN_COURSE, Etat, Transition
from appels.socle import stades, textes
from partenaires.models import Genre
from partenaires.socle import plan_comptable
from quartiers.horloge import PARIS, UTC

# cents a year, one funder (loi 2000-321 art. 10, décret 2001-495 art. 1)
SEUIL_CONVENTION = 2_300_000
NOTE_SUR = 20
CE_DOSSIER = models.OuterRef("pk")
AVANT_TOUT = datetime(1970, 1, 1, tzinfo=UTC)  # no delay is past
# Neither granted nor asked any more
SANS_AIDE = (Decision.REFUSE, Decision.SANS_SUITE, Decision.RENONCE)
Condition = models.Q | Combinable


def demandes() -> QuerySet[Financement]:
    """What the dossier asks of the funders of the call."""
    return Financement.objects.filter(dossier=CE_DOSSIER, partenaire__isnull=False)


# --- What an agent must look at (METIER §8) -------------------------------------------------------


def signal() -> Condition:
    return models.Exists(Signal.objects.poses().filter(dossier=CE_DOSSIER))


def a_decider() -> Condition:
    """R10: in course, and a funder has not decided."""
    return models.Q(etat__in=EN_COURSE) & models.Exists(demandes().filter(decision=""))


def pieces() -> Condition:
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


def message() -> Condition:
    return models.Exists(
        Message.objects.filter(
            dossier=CE_DOSSIER,
            cote=Cote.ORGANISME,
            attend_reponse=True,
        )
    )


def question() -> Condition:
    """The service asked something, and waits for the answer."""
    return models.Exists(
        Message.objects.filter(dossier=CE_DOSSIER, cote=Cote.SERVICE, attend_reponse=True)
    )


def reponse() -> Condition:
    """The organisation brought what was asked, and nobody decided on it since."""
    derniers = Passage.objects.filter(dossier=models.OuterRef("dossier")).exclude(vers="")
    dernier = models.Subquery(derniers.order_by("-pk").values("pk")[:1])
    apports = Passage.objects.filter(dossier=CE_DOSSIER, acte=Transition.REPONDRE, pk=dernier)
    return models.Q(etat=Etat.DEPOSE) & models.Exists(apports)


def vu() -> Condition:
    """A meeting said its word, which is not to see it again."""
    mots = Deliberation.objects.filter(dossier=CE_DOSSIER)
    return models.Exists(mots.exclude(sens=SensComite.AJOURNE))


def avis_manquants() -> QuerySet[Financement]:
    """The requests whose funder neither shared its opinion nor decided."""
    partages = Avis.objects.partages().filter(
        dossier=models.OuterRef("dossier"), partenaire=models.OuterRef("partenaire")
    )
    demandees = Financement.objects.filter(partenaire__isnull=False, decision="")
    return demandees.filter(~models.Exists(partages))


def dauphin() -> Condition:
    """R14: the State is asked, and nothing was received on Dauphin as far as we were told."""
    a_l_etat = Financement.objects.filter(dossier=CE_DOSSIER, partenaire__genre=Genre.ETAT)
    return (
        models.Q(etat__in=EN_COURSE)
        & ~models.Q(dauphin__transmis_le__isnull=False)
        & models.Exists(a_l_etat)
    )


def qpv() -> Condition:
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


def convention() -> Condition:
    """R13: what an organisation (SIREN) asks or receives of one funder in the whole call."""
    memes = (
        Financement.objects.filter(
            partenaire=models.OuterRef("partenaire_id"),
            dossier__appel=models.OuterRef("dossier__appel_id"),
            dossier__etat__in=EN_COURSE,
        )
        .annotate(siren=Left("dossier__porteur__siret", 9))
        .filter(siren=models.OuterRef("siren"))
        .exclude(decision__in=SANS_AIDE)
        .order_by()
        .values("partenaire")
    )
    somme_du_siren = memes.annotate(n=models.Sum(Coalesce("montant_vote", "montant"))).values("n")
    au_dela = (
        demandes()
        .exclude(dossier__porteur__genre=Genre.SERVICE)
        .exclude(dossier__porteur__siret="")
        .annotate(siren=Left("dossier__porteur__siret", 9))
        .annotate(cumul=models.Subquery(somme_du_siren))
        .filter(cumul__gt=SEUIL_CONVENTION)
    )
    # A value of each dossier: asked as `EXISTS`, the database would sum every call for a few
    une = models.Subquery(au_dela.order_by().values("pk")[:1])
    return models.Q(etat__in=EN_COURSE) & models.Q(lookups.IsNull(une, False))


def accorde() -> Condition:
    """R15."""
    return models.Exists(
        Financement.objects.filter(dossier=CE_DOSSIER, montant_vote__gt=models.F("montant"))
    )


def plan() -> Condition:
    """R16: every funder decided, something is granted, and not what the plan counts on."""
    accordees = demandes().filter(decision__in=ACCORDS)
    autrement = accordees.exclude(montant_vote=models.F("montant"))
    pas_du_tout = demandes().exclude(decision__in=["", *ACCORDS])
    return (
        models.Q(etat=Etat.RECEVABLE)
        & models.Exists(accordees)
        & models.Exists(autrement | pas_du_tout)
        & ~models.Exists(demandes().filter(decision=""))
    )


def lieu() -> Condition:
    """A quartier chosen against its point, that no agent has looked at."""
    return models.Exists(
        Lieu.objects.filter(
            dossier=CE_DOSSIER, quartier_declare__isnull=False, verifie_le__isnull=True
        )
    )


# --- What is counted ------------------------------------------------------------------------------


def somme(champ: str) -> Coalesce:
    """A sum of the requests of a dossier to the funders of the call, in cents."""
    par_dossier = demandes().order_by().values("dossier")
    total = par_dossier.annotate(n=models.Sum(champ)).values("n")
    return Coalesce(models.Subquery(total, output_field=models.BigIntegerField()), models.Value(0))


def premiere() -> models.Expression:
    """The organisation never deposited in a call before this one."""
    avant = Dossier.objects.filter(
        porteur=models.OuterRef("porteur_id"),
        depose_le__isnull=False,
        appel__annee__lt=models.OuterRef("appel__annee"),
    )
    return ~models.Exists(avant)


def combien(lignes: QuerySet) -> Coalesce:
    """How many of these rows a dossier has."""
    par_dossier = lignes.filter(dossier=CE_DOSSIER).order_by().values("dossier")
    total = par_dossier.annotate(n=models.Count("pk")).values("n")
    return Coalesce(models.Subquery(total, output_field=models.IntegerField()), models.Value(0))


def note() -> models.Expression:
    """The mean of the readings that count, out of 20, in hundredths; None when nothing is scored.

    The formula is said to its readers by `appels.decision.grille.FORMULE`.
    """
    points = models.F("points") * models.F("critere__poids") * 1.0 / models.F("critere__maximum")
    cotees = Cotation.objects.filter(lecture=models.OuterRef("pk"), points__isnull=False)
    obtenue = (
        cotees.order_by()
        .values("lecture")
        .annotate(n=NOTE_SUR * 100.0 * models.Sum(points) / models.Sum("critere__poids"))
        .values("n")
    )
    lues = (
        Lecture.objects.rendues()
        .filter(dossier=CE_DOSSIER)
        .order_by()
        .values("dossier")
        .annotate(
            moyenne=models.Avg(models.Subquery(obtenue, output_field=models.FloatField())),
        )
        .values("moyenne")
    )
    moyenne = models.Subquery(lues, output_field=models.FloatField())
    return Cast(Round(moyenne), models.IntegerField())


def part_des_aides() -> models.Expression:
    """What is asked of all funders, of all that the project brings in, per ten thousand."""
    codes = [
        code
        for code, compte in plan_comptable.comptes().items()
        if compte.cote == plan_comptable.PRODUITS and not compte.est_volontaire
    ]
    aides = _somme_des_lignes(Financement.objects.all())
    produits = _somme_des_lignes(LigneBudget.objects.filter(code__in=codes))
    total = produits + aides
    return models.Case(
        models.When(
            models.Q(lookups.GreaterThan(total, models.Value(0))), then=aides * 10_000 / total
        ),
        output_field=models.BigIntegerField(),
    )


def _somme_des_lignes(lignes: QuerySet) -> Coalesce:
    """The sum of these rows of a dossier, in cents."""
    par_dossier = lignes.filter(dossier=CE_DOSSIER).order_by().values("dossier")
    total = par_dossier.annotate(n=models.Sum("montant")).values("n")
    return Coalesce(
        models.Subquery(total, output_field=models.BigIntegerField()),
        models.Value(0),
        output_field=models.BigIntegerField(),
    )


def ouvre() -> models.Expression:
    """The organisation deposited nothing before it in this call: it is counted once."""
    autres = Dossier.objects.filter(
        porteur=models.OuterRef("porteur_id"),
        appel=models.OuterRef("appel_id"),
        depose_le__isnull=False,
        pk__lt=models.OuterRef("pk"),
    )
    return ~models.Exists(autres)


# --- All of it ------------------------------------------------------------------------------------


def _vrai(condition: Condition) -> Combinable:
    """A condition as a value that rows carry."""
    return models.Case(
        models.When(condition, then=models.Value(True)),
        default=models.Value(False),
    )


def tous() -> dict[str, Combinable]:
    """{column of a `Condense`: what it holds}, but for what only Python says."""
    a_completer = models.Q(etat=Etat.A_COMPLETER)
    return {
        "siren": Left("porteur__siret", 9),
        "stade": stades.stade(AVANT_TOUT),
        "avant_le": models.Case(models.When(a_completer, then=models.F("a_completer_avant"))),
        "rejet_le": models.Case(models.When(a_decider(), then=models.F("rejet_implicite_le"))),
        "signal": _vrai(signal()),
        "pieces": _vrai(pieces()),
        "message": _vrai(message()),
        "dauphin": _vrai(dauphin()),
        "qpv": _vrai(qpv()),
        "convention": _vrai(convention()),
        "accorde": _vrai(accorde()),
        "plan": _vrai(plan()),
        "demande": somme("montant"),
        "vote": somme("montant_vote"),
        "est_premiere": premiere(),
        "avis_partages": combien(Avis.objects.partages()),
        "sollicites": combien(Financement.objects.filter(partenaire__isnull=False)),
        "avis_manquants": combien(avis_manquants()),
        "question": _vrai(question()),
        "reponse": _vrai(reponse()),
        "vu": _vrai(vu()),
        "lectures": combien(Lecture.objects.rendues()),
        "note": note(),
        "part_des_aides": part_des_aides(),
        "lieu": _vrai(lieu()),
        "etat": models.F("etat"),
        "axe": models.F("axe_id"),
        "confie_a": models.F("confie_a_id"),
        "jour": TruncDate("depose_le", tzinfo=PARIS),
        "ouvre": _vrai(ouvre()),
        "parts": textes.parts(),
        "proposes": textes.proposes(),
        "quartiers": textes.quartiers(),
    }
