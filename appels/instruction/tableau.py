"""The campaign at a glance: counts of a call, every figure with the list that it comes from."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models.functions import Coalesce

from appels.instruction import alertes
from appels.models import (
    Appel,
    Battement,
    Export,
    Financement,
    Lieu,
    Papier,
    Rappel,
    Recepisse,
)
from appels.models.dossiers import DossierQuerySet
from appels.models.mention import lisibles
from appels.socle import condenses
from appels.socle.stades import ATTENTES, Attente, Stade
from partenaires.socle import postier
from quartiers.horloge import a_paris

Compte = tuple[str | int | None, str, int]  # (key in addresses, words, how many)
RETARD = timedelta(minutes=10)  # without a beat


@dataclass(frozen=True)
class Jour:
    """Deposits of one day since the opening, beside those of the same day of the call before."""

    rang: int  # 1 on the day of the opening
    jour: date
    n: int
    passe: int
    cumul: int
    cumul_passe: int


@dataclass(frozen=True)
class Rouages:
    """What runs by itself, and whether it does."""

    rappels: int  # sent
    courriels: int  # that fail
    recepisses: int  # late
    papiers: int  # papers and files late
    battement: datetime | None  # the last beat
    en_retard: bool


@dataclass(frozen=True)
class Tableau:
    """Everything that the dashboard of a call says."""

    appel: Appel
    avant: Appel | None  # the call of the year before
    chiffres: dict[str, int]
    attentes: list[Compte]
    stades: list[Compte]
    alertes: list[Compte]
    axes: list[Compte]
    quartiers: list[Compte]
    agents: list[Compte]
    jours: list[Jour]
    rouages: Rouages


def tableau(
    visibles: DossierQuerySet,
    appel: Appel,
    appels: list[Appel],
    instant: datetime,
) -> Tableau:
    """The dashboard of one of these calls, from the dossiers that its reader counts."""
    avant = next((autre for autre in appels if autre.annee == appel.annee - 1), None)
    deposes = visibles.filter(appel=appel).deposes()
    par_stade = stades(deposes, instant)
    return Tableau(
        appel=appel,
        avant=avant,
        chiffres=chiffres(visibles.filter(appel=appel)),
        attentes=attentes(par_stade),
        stades=par_stade,
        alertes=alertes_levees(deposes, instant),
        axes=par_axe(deposes),
        quartiers=par_quartier(deposes),
        agents=par_agent(deposes),
        jours=jours(visibles, appel, avant),
        rouages=rouages(visibles, appel, instant),
    )


def chiffres(de_l_appel: DossierQuerySet) -> dict[str, int]:
    """{name: how many}: drafts, deposits, organisations; amounts asked and granted in cents."""
    brouillons = de_l_appel.non_deposes().filter(corrige__isnull=True)
    deposes = de_l_appel.deposes()
    comptes = deposes.order_by().aggregate(
        deposes=models.Count("pk"), organismes=models.Count("porteur", distinct=True)
    )
    demandes = Financement.objects.filter(
        dossier__in=deposes.values("pk"), partenaire__isnull=False
    )
    sommes = demandes.aggregate(
        demande=Coalesce(models.Sum("montant"), 0), vote=Coalesce(models.Sum("montant_vote"), 0)
    )
    return {"brouillons": brouillons.count(), **comptes, **sommes}


def stades(deposes: DossierQuerySet, instant: datetime) -> list[Compte]:
    """How many stand where, in the order of the procedure; those where nobody stands are left."""
    par_stade = deposes.annotate(stade=condenses.stade(instant)).order_by().values_list("stade")
    comptes = dict(par_stade.annotate(n=models.Count("pk")))
    return [(ou.value, ou.label, comptes[ou.value]) for ou in Stade if ou.value in comptes]


def attentes(par_stade: list[Compte]) -> list[Compte]:
    """For each one awaited, from where dossiers stand."""
    comptes: Counter[Attente] = Counter()
    for ou, _, combien in par_stade:
        comptes[ATTENTES[Stade(ou)]] += combien
    return [(qui.value, qui.label, comptes[qui]) for qui in Attente]


def alertes_levees(deposes: DossierQuerySet, instant: datetime) -> list[Compte]:
    """For each alert that some dossier raises; one query."""
    comptees = {}
    for alerte in alertes.ALERTES:
        levee = models.Q(**{f"alerte_{alerte.cle}": True})
        comptees[alerte.cle] = models.Count("pk", filter=levee)
    comptes = alertes.annoter(deposes, instant).order_by().aggregate(**comptees)
    return [
        (alerte.cle, alerte.mot, comptes[alerte.cle])
        for alerte in alertes.ALERTES
        if comptes[alerte.cle]
    ]


def par_axe(deposes: DossierQuerySet) -> list[Compte]:
    """In the order of the axes of the contract."""
    classes = deposes.exclude(axe=None).order_by("axe__position")
    return list(classes.values_list("axe", "axe__nom").annotate(n=models.Count("pk")))


def par_quartier(deposes: DossierQuerySet) -> list[Compte]:
    """A dossier of two quartiers counts in both."""
    lieux = Lieu.objects.filter(dossier__in=deposes.values("pk"), quartier__isnull=False)
    return list(
        lieux.order_by("quartier__nom_court")
        .values_list("quartier", "quartier__nom_court")
        .annotate(n=models.Count("dossier", distinct=True))
    )


def par_agent(deposes: DossierQuerySet) -> list[Compte]:
    """The load: dossiers in course that each agent has in charge, « Personne » last."""
    en_course = deposes.en_course().select_related("confie_a")
    comptes: Counter[tuple[int | None, str]] = Counter()
    for dossier in en_course.only("confie_a__prenom", "confie_a__nom", "confie_a__email"):
        comptes[dossier.confie_a_id, str(dossier.confie_a or "Personne")] += 1
    lignes = [(pk, nom, compte) for (pk, nom), compte in comptes.items()]
    return sorted(lignes, key=lambda ligne: (ligne[0] is None, ligne[1]))


def jours(visibles: DossierQuerySet, appel: Appel, avant: Appel | None) -> list[Jour]:
    """Day after day since the opening, beside the call before; days of both are kept."""
    if appel.ouvre_le is None:
        return []
    ouverture = a_paris(appel.ouvre_le).date()
    cette_annee = _par_jour(visibles, appel)
    annee_passee = _par_jour(visibles, avant) if avant else Counter()
    cumul = 0
    cumul_passe = 0
    lignes = []
    for rang in sorted(cette_annee.keys() | annee_passee.keys()):
        cumul += cette_annee[rang]
        cumul_passe += annee_passee[rang]
        lignes.append(
            Jour(
                rang=rang + 1,
                jour=ouverture + timedelta(days=rang),
                n=cette_annee[rang],
                passe=annee_passee[rang],
                cumul=cumul,
                cumul_passe=cumul_passe,
            )
        )
    return lignes


def _par_jour(visibles: DossierQuerySet, appel: Appel) -> Counter[int]:
    """{days since the opening: deposits}."""
    if appel.ouvre_le is None:
        return Counter()
    ouverture = a_paris(appel.ouvre_le).date()
    depots = visibles.filter(appel=appel).deposes().values_list("depose_le", flat=True)
    jours_de_depot = [a_paris(instant).date() for instant in depots if instant]
    return Counter((depose_le - ouverture).days for depose_le in jours_de_depot)


def rouages(visibles: DossierQuerySet, appel: Appel, instant: datetime) -> Rouages:
    """Reminders sent, mails that fail, papers and files late, the beat.

    Reminders and mails are those that their pages show; the rest is of the machine, whoever looks.
    """
    il_y_a_peu = instant - RETARD
    battement = Battement.objects.filter(nom="beat").first()
    recepisses = Recepisse.objects.filter(etabli_le__isnull=True, version__figee_le__lt=il_y_a_peu)
    papiers = Papier.objects.filter(etabli_le__isnull=True, demande_le__lt=il_y_a_peu)
    fichiers = Export.objects.filter(etabli_le__isnull=True, demande_le__lt=il_y_a_peu)
    return Rouages(
        rappels=Rappel.objects.filter(dossier__in=visibles.filter(appel=appel)).count(),
        courriels=lisibles(postier.en_echec(), visibles).count(),
        recepisses=recepisses.count(),
        papiers=papiers.count() + fichiers.count(),
        battement=battement.le if battement else None,
        en_retard=battement is None or battement.le < il_y_a_peu,
    )
