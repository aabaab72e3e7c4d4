"""The campaign at a glance: counts of a call, every figure with the list that it comes from."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models.functions import Coalesce, TruncDate

from appels.instruction import alertes, panneaux
from appels.instruction.attendus import Attendu, Lu, attendus
from appels.instruction.comptes import Compte, compter_par_file
from appels.instruction.files import File
from appels.instruction.jalons import Etat, Jalon, jalons
from appels.instruction.jauges import Courbe, tracer
from appels.instruction.panneaux import Panneau
from appels.models import (
    Appel,
    Battement,
    Comite,
    Enveloppe,
    Export,
    Financement,
    Papier,
    Rappel,
    Recepisse,
)
from appels.models.dossiers import DossierQuerySet
from appels.models.mention import lisibles
from appels.socle import condenses
from appels.socle.stades import Stade
from partenaires.socle import postier
from quartiers.francais import jour_court, nombre
from quartiers.geographie import Geographie
from quartiers.horloge import PARIS, a_paris

Decompte = tuple[str, str, int]  # (key in addresses, words, how many)
RETARD = timedelta(minutes=10)  # without a beat
DECIDES = (Stade.LETTRES, Stade.A_OUVRIR, Stade.DECIDE)
RECEVABLES = (Stade.FINANCEURS, Stade.SANS_FINANCEUR, *DECIDES)


@dataclass(frozen=True)
class Jour:
    """Deposits of one day since the opening, beside those of the same day of the call before."""

    rang: int  # 1 on the day of the opening
    jour: date
    n: int
    passe: int
    cumul: int
    cumul_passe: int
    est_a_venir: bool = False  # a day of the call before: nothing is known yet of this one


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
class Depots:
    """The curve of deposits, its conclusion, its table."""

    titre: str
    courbe: Courbe
    jours: list[Jour]
    bornes: tuple[str, str]  # the days at both ends of the curve


@dataclass(frozen=True)
class Tableau:
    """Everything that the page of a campaign says, and the paper of it."""

    appel: Appel
    avant: Appel | None  # the call of the year before
    chiffres: dict[str, int]
    enveloppes_connues: int  # their sum, in cents
    jalons: list[Jalon]
    attendus: list[Attendu]
    depots: Depots
    demandes: list[Panneau]  # funders and their envelopes, axes, quartiers, residents
    carte: list[tuple[str, int]]  # (outline, tint) of each quartier, in euros a resident
    avis: Panneau
    entonnoir: Panneau
    charge: Panneau
    rouages: Rouages


@dataclass(frozen=True)
class Lecture:
    """Of which dossiers a campaign is read, and by whom."""

    suivis: DossierQuerySet  # drafts included
    deposes: DossierQuerySet  # among them, those received: what a funder reads does not count
    geographie: Geographie  # the quartiers, their silhouettes and their map
    paroles: int = 0  # words of residents that wait


def tableau(lecture: Lecture, appel: Appel, appels: list[Appel], instant: datetime) -> Tableau:
    """The campaign of one of these calls, from the dossiers that its reader counts."""
    avant = next((autre for autre in appels if autre.annee == appel.annee - 1), None)
    deposes = lecture.deposes.filter(appel=appel)
    en_course = deposes.en_course()
    files = compter_par_file(deposes, instant)
    leves = {cle: combien for cle, _, combien in alertes_levees(deposes, instant)}
    par_stade = {cle: combien for cle, _, combien in stades(deposes, instant)}
    sommes = chiffres(lecture.suivis.filter(appel=appel), deposes)
    avis, manquants = panneaux.avis(appel, en_course, instant)
    quartiers, par_habitant = panneaux.par_quartier(
        appel, deposes, lecture.geographie.emblemes, instant
    )
    enveloppes = Enveloppe.objects.filter(appel=appel).select_related("partenaire").en_vigueur()
    comptes = autour(lecture.suivis, appel, instant)
    etat = Etat(
        stades=par_stade,
        deposes=sommes["deposes"],
        avis_manquants=manquants,
        comites_clos=comptes["comites"],
    )
    return Tableau(
        appel=appel,
        avant=avant,
        chiffres=sommes,
        enveloppes_connues=sum(une.montant or 0 for une in enveloppes.values()),
        jalons=jalons(appel, etat, instant),
        attendus=attendus(appel, deposes, Lu(leves, files, enveloppes, lecture.paroles), instant),
        depots=depots(lecture.deposes, appel, avant, instant),
        demandes=[
            panneaux.enveloppes(enveloppes, en_course),
            panneaux.par_axe(appel, deposes, instant),
            quartiers,
            par_habitant,
        ],
        carte=[
            (forme["trace"], par_habitant.teintes.get(forme["quartier"].code, 1))
            for forme in lecture.geographie.carte["quartiers"]
        ],
        avis=avis,
        entonnoir=panneaux.entonnoir(appel, _etapes(sommes, par_stade, files)),
        charge=panneaux.charge(appel, en_course),
        rouages=rouages(comptes, instant),
    )


def _etapes(
    sommes: dict[str, int], par_stade: dict[str, int], files: dict[str, Compte]
) -> list[tuple[str, int, str]]:
    """The funnel, from the drafts to the grants."""
    recevables = sum(par_stade.get(ou.value, 0) for ou in RECEVABLES)
    decides = sum(par_stade.get(ou.value, 0) for ou in DECIDES)
    prets = files.get(File.PRETS, Compte()).nombre
    return [
        ("Commencés", sommes["deposes"] + sommes["brouillons"], ""),
        ("Déposés", sommes["deposes"], ""),
        ("Recevables", recevables, ""),
        ("Tous les avis rendus", prets + decides, ""),
        ("Décidés", decides, ""),
        ("Soutenus", sommes["soutenus"], ""),
    ]


def depots(
    deposes: DossierQuerySet, appel: Appel, avant: Appel | None, instant: datetime
) -> Depots:
    """The curve up to today, beside the call before on the same days since its opening."""
    suite = jours(deposes, appel, avant)
    aujourdhui = _rang(appel, instant)
    cette_annee = [(jour.rang, jour.cumul) for jour in suite if jour.rang <= aujourdhui]
    annee_passee = [(jour.rang, jour.cumul_passe) for jour in suite] if avant else []
    suite = [replace(jour, est_a_venir=jour.rang > aujourdhui) for jour in suite]
    fin = max([jour.rang for jour in suite], default=1)
    ici = cette_annee[-1][1] if cette_annee else 0
    titre = f"Dépôts cumulés : {nombre(ici)}"
    if avant:
        alors = max([jour.cumul_passe for jour in suite if jour.rang <= aujourdhui], default=0)
        titre += f", {_ecart(ici - alors)} qu’au même jour de {avant.annee}"
    bornes = (jour_court(suite[0].jour), jour_court(suite[-1].jour)) if suite else ("", "")
    if appel.ouvre_le and suite:
        bornes = (jour_court(appel.ouvre_le), bornes[1])
    return Depots(titre, tracer(cette_annee, annee_passee, fin), suite, bornes)


def _rang(appel: Appel, instant: datetime) -> int:
    """The day of the call: 1 on that of the opening."""
    if appel.ouvre_le is None:
        return 0
    return (a_paris(instant).date() - a_paris(appel.ouvre_le).date()).days + 1


def _ecart(combien: int) -> str:
    """« 3 de plus », « 2 de moins », « autant »."""
    if combien == 0:
        return "autant"
    return f"{nombre(abs(combien))} de {'plus' if combien > 0 else 'moins'}"


def chiffres(suivis: DossierQuerySet, deposes: DossierQuerySet) -> dict[str, int]:
    """{name: how many}: drafts, deposits, organisations, grants; amounts in cents."""
    brouillons = suivis.non_deposes().filter(corrige__isnull=True)
    comptes = deposes.order_by().aggregate(
        deposes=models.Count("pk"), organismes=models.Count("porteur", distinct=True)
    )
    demandes = Financement.objects.filter(
        dossier__in=deposes.order_by().values("pk"), partenaire__isnull=False
    )
    sommes = demandes.aggregate(
        demande=Coalesce(models.Sum("montant"), 0),
        vote=Coalesce(models.Sum("montant_vote"), 0),
        soutenus=models.Count("dossier", distinct=True, filter=models.Q(montant_vote__gt=0)),
    )
    return {"brouillons": brouillons.count(), **comptes, **sommes}


def stades(deposes: DossierQuerySet, instant: datetime) -> list[Decompte]:
    """How many stand where, in the order of the procedure; those where nobody stands are left."""
    par_stade = deposes.annotate(stade=condenses.stade(instant)).order_by().values_list("stade")
    comptes = dict(par_stade.annotate(n=models.Count("pk")))
    return [(ou.value, ou.label, comptes[ou.value]) for ou in Stade if ou.value in comptes]


def alertes_levees(deposes: DossierQuerySet, instant: datetime) -> list[Decompte]:
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


def jours(visibles: DossierQuerySet, appel: Appel, avant: Appel | None) -> list[Jour]:
    """Day after day since the opening, beside the call before; days of both are kept."""
    if appel.ouvre_le is None:
        return []
    ouverture = a_paris(appel.ouvre_le).date()
    par_appel = _par_jour(visibles, [appel, avant] if avant else [appel])
    cette_annee = par_appel.get(appel.pk, Counter())
    annee_passee = par_appel.get(avant.pk, Counter()) if avant else Counter()
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


def _par_jour(visibles: DossierQuerySet, appels: list[Appel]) -> dict[int, Counter[int]]:
    """{call: {days since its opening: deposits}}; one query."""
    ouvertures = {appel.pk: a_paris(appel.ouvre_le).date() for appel in appels if appel.ouvre_le}
    par_jour = (
        visibles.filter(appel__in=ouvertures)
        .deposes()
        .order_by()
        .annotate(jour=TruncDate("depose_le", tzinfo=PARIS))
        .values_list("appel", "jour")
        .annotate(n=models.Count("pk"))
    )
    comptes: dict[int, Counter[int]] = {}
    for appel, jour, combien in par_jour:
        rang = (jour - ouvertures[appel]).days
        comptes.setdefault(appel, Counter())[rang] += combien
    return comptes


def rouages(comptes: dict[str, int], instant: datetime) -> Rouages:
    """Reminders sent, mails that fail, papers and files late, the beat.

    Reminders and mails are those that their pages show; the rest is of the machine, whoever looks.
    """
    battement = Battement.objects.filter(nom="beat").first()
    return Rouages(
        rappels=comptes["rappels"],
        courriels=comptes["courriels"],
        recepisses=comptes["recepisses"],
        papiers=comptes["papiers"] + comptes["fichiers"],
        battement=battement.le if battement else None,
        en_retard=battement is None or battement.le < instant - RETARD,
    )


def autour(visibles: DossierQuerySet, appel: Appel, instant: datetime) -> dict[str, int]:
    """{name: how many} of what is not a dossier: meetings closed, and what the machine does."""
    il_y_a_peu = instant - RETARD
    tard = {"etabli_le__isnull": True, "demande_le__lt": il_y_a_peu}
    return compter_ensemble(
        {
            "comites": Comite.objects.filter(appel=appel, clos_le__isnull=False),
            "rappels": Rappel.objects.filter(dossier__in=visibles.filter(appel=appel)),
            "courriels": lisibles(postier.en_echec(), visibles),
            "recepisses": Recepisse.objects.filter(
                etabli_le__isnull=True, version__figee_le__lt=il_y_a_peu
            ),
            "papiers": Papier.objects.filter(**tard),
            "fichiers": Export.objects.filter(**tard),
        }
    )


def compter_ensemble(lignes: dict[str, models.QuerySet]) -> dict[str, int]:
    """{name: how many rows}; one query for all of them."""
    premiere, *autres = [
        compte.order_by()
        .annotate(quoi=models.Value(nom, models.CharField()))
        .values("quoi")
        .annotate(n=models.Count("pk"))
        .values_list("quoi", "n")
        for nom, compte in lignes.items()
    ]
    lus = dict(premiere.union(*autres, all=True))
    return {nom: lus.get(nom, 0) for nom in lignes}
