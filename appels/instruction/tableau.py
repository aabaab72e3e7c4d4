"""The campaign at a glance: counts of a call, every figure with the list that it comes from."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import models

from appels.instruction import alertes, panneaux
from appels.instruction.attendus import Attendu, Lu, attendus
from appels.instruction.comptes import depuis as comptes_des_files
from appels.instruction.jalons import Etat, Jalon, jalons
from appels.instruction.jauges import Courbe, tracer
from appels.instruction.panneaux import Panneau
from appels.models import (
    Appel,
    Battement,
    Comite,
    Deliberation,
    Enveloppe,
    Export,
    Papier,
    Rappel,
    Recepisse,
)
from appels.models.dossiers import DossierQuerySet
from appels.models.mention import lisibles
from appels.socle import comptages
from appels.socle.comptages import Comptes
from appels.socle.stades import Stade
from partenaires.models import Utilisateur
from partenaires.socle import postier
from quartiers.francais import jour_court, nombre
from quartiers.geographie import Geographie
from quartiers.horloge import a_paris

RETARD = timedelta(minutes=10)  # without a beat
NOTIFIES = (Stade.A_OUVRIR, Stade.DECIDE)
DECIDES = (Stade.LETTRES, *NOTIFIES)
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
    lecteur: Utilisateur
    paroles: int = 0  # words of residents that wait


def tableau(lecture: Lecture, appel: Appel, appels: list[Appel], instant: datetime) -> Tableau:
    """The campaign of one of these calls, from the dossiers that its reader counts."""
    avant = l_an_passe(appel, appels)
    deposes = lecture.deposes.filter(appel=appel)
    comptes = comptages.du_service(lecture.lecteur, appel.pk)
    files = comptes_des_files(comptes, instant)
    leves = alertes.levees(comptes, appel, instant)
    par_stade = {ou.value: combien for ou, combien in comptes.par_stade(instant).items()}
    sommes = chiffres(lecture.suivis.filter(appel=appel), comptes)
    avis, manquants = panneaux.avis(appel, comptes, instant)
    quartiers, par_habitant = panneaux.par_quartier(appel, comptes, lecture.geographie.emblemes)
    enveloppes = Enveloppe.objects.filter(appel=appel).select_related("partenaire").en_vigueur()
    alentour = autour(lecture.suivis, appel, instant)
    etat = Etat(
        stades=par_stade,
        deposes=sommes["deposes"],
        avis_manquants=manquants,
        comites_clos=alentour["comites"],
        comites_ouverts=alentour["ouverts"],
        vus=alentour["vus"],
        soutenus=sommes["soutenus"],
    )
    return Tableau(
        appel=appel,
        avant=avant,
        chiffres=sommes,
        enveloppes_connues=sum(une.montant or 0 for une in enveloppes.values()),
        jalons=jalons(appel, etat, instant),
        attendus=attendus(appel, deposes, Lu(leves, files, enveloppes, lecture.paroles), instant),
        depots=depots(comptes, appel, _d_avant(lecture, avant), instant),
        demandes=[
            panneaux.enveloppes(enveloppes, comptes),
            panneaux.par_axe(appel, comptes),
            quartiers,
            par_habitant,
        ],
        carte=[
            (forme["trace"], par_habitant.teintes.get(forme["quartier"].code, 1))
            for forme in lecture.geographie.carte["quartiers"]
        ],
        avis=avis,
        entonnoir=panneaux.entonnoir(appel, _etapes(sommes, par_stade, comptes, instant)),
        charge=panneaux.charge(appel, comptes),
        rouages=rouages(alentour, instant),
    )


def l_an_passe(appel: Appel, appels: list[Appel]) -> Appel | None:
    """The call of the year before to compare with: the same of its year, else the first."""
    d_avant = [autre for autre in appels if autre.annee == appel.annee - 1]
    d_avant.sort(key=lambda autre: (autre.rang != appel.rang, autre.rang))
    return d_avant[0] if d_avant else None


def _etapes(
    sommes: dict[str, int], par_stade: dict[str, int], comptes: Comptes, instant: datetime
) -> list[tuple[str, int, str]]:
    """The funnel, from the drafts to the grants: a message that waits takes nothing back."""
    recevables = sum(par_stade.get(ou.value, 0) for ou in RECEVABLES)
    decides = sum(par_stade.get(ou.value, 0) for ou in DECIDES)
    notifies = sum(par_stade.get(ou.value, 0) for ou in NOTIFIES)
    avises = sum(
        somme.nombre
        for place, ou, somme in comptes.au(instant)
        if ou == Stade.FINANCEURS and not place.avis_manquants
    )
    return [
        ("Commencés", sommes["deposes"] + sommes["brouillons"], ""),
        ("Déposés", sommes["deposes"], ""),
        ("Recevables", recevables, ""),
        ("Tous les avis rendus", avises + decides, ""),
        ("Décidés", decides, ""),
        ("Notifiés", notifies, ""),
        ("Soutenus", sommes["soutenus"], ""),
    ]


Avant = tuple[Appel, Comptes] | None  # the call of the year before, and what it counts


def _d_avant(lecture: Lecture, avant: Appel | None) -> Avant:
    if avant is None:
        return None
    return avant, comptages.du_service(lecture.lecteur, avant.pk, ["jour"])


def depots(comptes: Comptes, appel: Appel, avant: Avant, instant: datetime) -> Depots:
    """The curve up to today, beside the call before on the same days since its opening."""
    suite = jours(comptes, appel, avant)
    aujourdhui = _rang(appel, instant)
    cette_annee = [(jour.rang, jour.cumul) for jour in suite if jour.rang <= aujourdhui]
    annee_passee = [(jour.rang, jour.cumul_passe) for jour in suite] if avant else []
    suite = [replace(jour, est_a_venir=jour.rang > aujourdhui) for jour in suite]
    fin = max([jour.rang for jour in suite], default=1)
    ici = cette_annee[-1][1] if cette_annee else 0
    titre = f"Dépôts cumulés : {nombre(ici)}"
    if avant:
        alors = max([jour.cumul_passe for jour in suite if jour.rang <= aujourdhui], default=0)
        titre += f", {_ecart(ici - alors)} qu’au même jour de {avant[0].repere}"
    courbes = tracer(cette_annee, annee_passee, fin)
    if not suite:
        return Depots(titre, courbes, suite, ("", ""))
    debut = jour_court(appel.ouvre_le or suite[0].jour)
    dernier = jour_court(suite[-1].jour)
    return Depots(titre, courbes, suite, (debut, dernier))


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


def chiffres(suivis: DossierQuerySet, comptes: Comptes) -> dict[str, int]:
    """{name: how many}: drafts, deposits, organisations, grants; amounts in cents."""
    tout = comptes.un("tout")
    return {
        "brouillons": suivis.non_deposes().filter(corrige__isnull=True).count(),
        "deposes": tout.nombre,
        "organismes": comptes.un("organisme").nombre,
        "demande": tout.demande,
        "vote": tout.vote,
        "soutenus": comptes.un("soutenu").nombre,
    }


def jours(comptes: Comptes, appel: Appel, avant: Avant) -> list[Jour]:
    """Day after day since the opening, beside the call before; days of both are kept."""
    if appel.ouvre_le is None:
        return []
    ouverture = a_paris(appel.ouvre_le).date()
    cette_annee = _par_jour(comptes, appel)
    annee_passee = _par_jour(avant[1], avant[0]) if avant else Counter()
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


def _par_jour(comptes: Comptes, appel: Appel) -> Counter[int]:
    """{days since the opening: deposits}."""
    rangs: Counter[int] = Counter()
    if appel.ouvre_le is None:
        return rangs
    ouverture = a_paris(appel.ouvre_le).date()
    for jour, somme in comptes.de("jour").items():
        rangs[(date.fromisoformat(jour) - ouverture).days] += somme.nombre
    return rangs


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
    """{name: how many} around the counts of the call: meetings closed and open, projects with the
    funders that one of them saw, and what the machine does.
    """
    il_y_a_peu = instant - RETARD
    tard = {"etabli_le__isnull": True, "demande_le__lt": il_y_a_peu}
    return compter_ensemble(
        {
            "comites": Comite.objects.filter(appel=appel, clos_le__isnull=False),
            "ouverts": Comite.objects.filter(appel=appel, clos_le__isnull=True),
            "vus": visibles.filter(
                condense__stade=Stade.FINANCEURS,
                pk__in=Deliberation.objects.filter(comite__appel=appel).values("dossier"),
            ),
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
