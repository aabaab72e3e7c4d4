"""The columns of the work list and of its files: one value a dossier, as text, number or date."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import chain
from operator import attrgetter, methodcaller
from typing import Any

from django.db import models
from django.db.models.expressions import Combinable

from appels.instruction import alertes, files, regards, valeurs
from appels.models import Avis, Cote, Dossier, Financement, Indicateur, Lieu, Theme
from appels.models.dossiers import DossierQuerySet
from appels.socle import condenses
from partenaires.models import Partenaire
from quartiers.francais import en_euros

Valeur = str | int | date | None
DossierCalcule = Any  # a `Dossier` that carries what `calculs` computed


@dataclass(frozen=True)
class Colonne:
    """What a column says of a dossier, how it sorts, what must be read or computed for it."""

    cle: str  # in addresses
    titre: str
    valeur: Callable[[Dossier], Valeur]
    tri: str = ""  # the field or the computation that orders the rows; empty: it does not sort
    en_euros: bool = False  # the value is in cents
    du_service: bool = False  # funders never see it
    du_financeur: bool = False  # only funders see it
    du_lecteur: bool = False  # its value is of `regards.annoter`
    tables: tuple[str, ...] = ()  # of TABLES
    calculs: tuple[str, ...] = ()  # of `calculs`
    largeur: int = 0  # in characters, in a workbook; 0: what its kind says
    en_fichier: "Callable[[DossierQuerySet], list[Colonne]] | None" = None  # what it opens into

    def lue(self, dossier: Dossier) -> str:
        """The value for eyes."""
        valeur = self.valeur(dossier)
        if valeur is None:
            return ""
        if isinstance(valeur, int) and self.en_euros:
            return en_euros(valeur)
        if isinstance(valeur, date):
            return f"{valeur:%d/%m/%Y}"
        return str(valeur)


def _decompte_des_avis(dossiers: DossierQuerySet) -> list[Colonne]:
    """« 3 sur 5 » is for eyes: two numbers, to sort and to sum."""
    return [
        Colonne("avis", "Avis partagés", attrgetter("avis_partages"), largeur=10),
        Colonne("sollicites", "Financeurs sollicités, nombre", attrgetter("sollicites")),
    ]


def _une_colonne_par_financeur(dossiers: DossierQuerySet, mot: str, champ: str) -> list[Colonne]:
    """Amounts to sum: a column for each funder that one of these dossiers asks; one query."""
    demandes = Financement.objects.filter(dossier__in=dossiers.order_by().values("pk"))
    sollicites = Partenaire.objects.filter(pk__in=demandes.values("partenaire")).order_by("nom")
    return [
        Colonne(
            f"{champ}-{partenaire.pk}",
            f"{mot} : {partenaire.sigle or partenaire.nom}",
            partial(valeurs.montant_du_financeur, partenaire=partenaire.pk, champ=champ),
            en_euros=True,
        )
        for partenaire in sollicites
    ]


OFFERTES = (
    Colonne("porteur", "Organisme", valeurs.porteur, tri="porteur__nom", largeur=28),
    Colonne("siret", "SIRET", valeurs.siret, largeur=20),
    Colonne("axe", "Axe", valeurs.axe, tri="axe__position"),
    Colonne("themes", "Thèmes", valeurs.themes, tables=("themes",)),
    Colonne("mesures", "Mesures visées", Indicateur.visees, tables=("indicateurs",)),
    Colonne(
        "quartiers",
        "Quartiers",
        valeurs.quartiers,
        tri="premier_quartier",
        tables=("lieux",),
    ),
    Colonne("communes", "Communes", valeurs.communes, tables=("lieux",)),
    Colonne("recu", "Reçu le", valeurs.recu, tri="depose_le"),
    Colonne(
        "etat",
        "État",
        methodcaller("get_etat_display"),
        tri="etat",
    ),
    Colonne(
        "stade",
        "Où il en est",
        valeurs.stade,
        tri="stade",
        calculs=("stade",),
        du_service=True,
    ),
    Colonne(
        "attend",
        "Attend",
        valeurs.attend,
        tri="attend",
        calculs=("attend",),
        du_service=True,
    ),
    Colonne(
        "tour",
        "À qui le tour, depuis quand",
        valeurs.tour,
        tri="file",
        tables=("financements",),
        calculs=("file", "stade", *files.DATES_DU_TOUR, "reponse_recue", "lu_le"),
        du_service=True,
        largeur=40,
    ),
    Colonne(
        "file",
        "File",
        valeurs.file,
        tri="file",
        calculs=("file",),
        du_service=True,
    ),
    Colonne(
        "avant",
        "Avant le",
        valeurs.avant,
        tri="a_completer_avant",
        du_service=True,
    ),
    Colonne(
        "rejet",
        "Rejet implicite",
        attrgetter("rejet_le"),
        tri="rejet_le",
        calculs=("rejet_le", "lu_le"),
        du_service=True,
    ),
    Colonne(
        "charge",
        "Suivi par",
        valeurs.charge,
        tri="confie_a__nom",
        du_service=True,
    ),
    Colonne(
        "demande",
        "Demandé",
        attrgetter("demande"),
        tri="demande",
        calculs=("demande",),
        en_euros=True,
    ),
    Colonne(
        "demandes",
        "Demandé, par financeur",
        partial(valeurs.par_financeur, champ="montant"),
        tables=("financements",),
        en_fichier=partial(_une_colonne_par_financeur, mot="Demandé", champ="montant"),
    ),
    Colonne(
        "issue",
        "Décision",
        valeurs.decision,
        tables=("financements",),
        du_service=True,
    ),
    Colonne(
        "vote",
        "Voté",
        attrgetter("vote"),
        tri="vote",
        calculs=("vote",),
        en_euros=True,
        du_service=True,
    ),
    Colonne(
        "votes",
        "Voté, par financeur",
        partial(valeurs.par_financeur, champ="montant_vote"),
        tables=("financements",),
        du_service=True,
        en_fichier=partial(_une_colonne_par_financeur, mot="Voté", champ="montant_vote"),
    ),
    Colonne(
        "financeurs",
        "Financeurs sollicités",
        valeurs.financeurs,
        tables=("financements",),
    ),
    Colonne(
        "avis",
        "Avis partagés",
        valeurs.avis,
        tri="avis_partages",
        tables=("financements",),
        calculs=("avis_partages", "sollicites"),
        du_service=True,
        en_fichier=_decompte_des_avis,
    ),
    Colonne(
        "note",
        "Note sur 20",
        regards.note,
        tri="note",
        du_service=True,
        du_lecteur=True,
    ),
    Colonne(
        "lectures",
        "Lectures",
        regards.lectures,
        tri="lectures_rendues",
        du_service=True,
        du_lecteur=True,
    ),
    Colonne(
        "a_nous",
        "Demandé à nous",
        attrgetter("a_nous"),
        tri="a_nous",
        en_euros=True,
        du_financeur=True,
        du_lecteur=True,
    ),
    Colonne(
        "notre_avis",
        "Notre avis",
        regards.notre_avis,
        tri="notre_avis",
        du_financeur=True,
        du_lecteur=True,
    ),
    Colonne(
        "notre_montant",
        "Notre montant",
        attrgetter("notre_montant"),
        tri="notre_montant",
        en_euros=True,
        du_financeur=True,
        du_lecteur=True,
    ),
    Colonne(
        "vote_par_nous",
        "Voté par nous",
        attrgetter("vote_par_nous"),
        tri="vote_par_nous",
        en_euros=True,
        du_financeur=True,
        du_lecteur=True,
    ),
    Colonne(
        "premiere",
        "Premier dossier",
        valeurs.premiere,
        tri="est_premiere",
        calculs=("est_premiere",),
    ),
    Colonne(
        "beneficiaires",
        "Bénéficiaires",
        attrgetter("beneficiaires"),
        tri="beneficiaires",
    ),
    Colonne(
        "alertes",
        "À savoir",
        valeurs.alertes,
        calculs=("est_premiere", "reponse_recue"),
        du_service=True,
    ),
)
COLONNES = {colonne.cle: colonne for colonne in OFFERTES}
PAR_DEFAUT = ("quartiers", "axe", "demande", "avis", "tour", "charge", "rejet", "alertes")


DU_FINANCEUR = ("quartiers", "axe", "a_nous", "notre_avis", "notre_montant", "vote_par_nous")


def par_defaut(*, du_service: bool) -> tuple[str, ...]:
    """Those shown to who chose none."""
    return PAR_DEFAUT if du_service else DU_FINANCEUR


def permises(*, du_service: bool) -> dict[str, Colonne]:
    """Those that a reader may show, sort by and export."""
    return {
        cle: colonne
        for cle, colonne in COLONNES.items()
        if not (colonne.du_financeur if du_service else colonne.du_service)
    }


def depliees(colonnes: Iterable[Colonne], dossiers: DossierQuerySet) -> list[Colonne]:
    """The columns of a file of these dossiers: numbers apart from one another."""
    toutes: list[Colonne] = []
    for colonne in colonnes:
        if colonne.en_fichier:
            toutes += colonne.en_fichier(dossiers)
        else:
            toutes.append(colonne)
    return toutes


def calculs(instant: datetime) -> dict[str, Combinable]:
    """What columns and orders read of what is kept of each dossier; what a funder keeps for itself
    is not counted."""
    return {
        "stade": condenses.stade(instant),
        "attend": condenses.attente(instant),
        "demande": models.F("condense__demande"),
        "vote": models.F("condense__vote"),
        "rejet_le": models.F("condense__rejet_le"),
        "est_premiere": models.F("condense__est_premiere"),
        "avis_partages": models.F("condense__avis_partages"),
        "sollicites": models.F("condense__sollicites"),
        "file": files.file(instant),
        "lu_le": models.Value(instant, models.DateTimeField()),
        "message_le": models.Subquery(files.message_de(Cote.ORGANISME).values("le")[:1]),
        "question_le": models.Subquery(files.message_de(Cote.SERVICE).values("le")[:1]),
        "reponse_recue": models.F("condense__reponse"),
        "etat_depuis": models.Subquery(files.dernier_passage().values("le")[:1]),
        "premier_quartier": models.Subquery(
            Lieu.objects.filter(dossier=models.OuterRef("pk"), quartier__isnull=False)
            .order_by("quartier__nom_court")
            .values("quartier__nom_court")[:1]
        ),
    }


def calculer(dossiers: DossierQuerySet, noms: Iterable[str], instant: datetime) -> DossierQuerySet:
    """The same dossiers with these computed, once each."""
    offerts = calculs(instant)
    manquants = set(noms) - set(dossiers.query.annotations)
    return dossiers.annotate(**{nom: offerts[nom] for nom in sorted(manquants)})


def charger(
    dossiers: DossierQuerySet, colonnes: list[Colonne], instant: datetime
) -> DossierQuerySet:
    """The rows with what their columns read, in a number of queries that rows do not change."""
    calcules = set(chain.from_iterable(colonne.calculs for colonne in colonnes))
    tables = set(chain.from_iterable(colonne.tables for colonne in colonnes))
    dossiers = calculer(dossiers, calcules, instant)
    if COLONNES["alertes"] in colonnes:
        dossiers = alertes.annoter(dossiers, instant)
    prefetches = [models.Prefetch(nom, TABLES[nom].all()) for nom in sorted(tables)]
    return (
        dossiers.select_related("appel", "porteur", "axe", "confie_a")
        .defer(*LONGS)
        .prefetch_related(*prefetches)
    )


TABLES = {
    "lieux": Lieu.objects.only(
        "dossier", "quartier__nom_court", "commune__nom", "commune__nom_usage"
    ),
    "themes": Theme.objects.all(),
    "indicateurs": Indicateur.objects.all(),
    "financements": Financement.objects.select_related("partenaire").annotate(
        est_avise=models.Exists(
            Avis.objects.partages().filter(
                dossier=models.OuterRef("dossier"), partenaire=models.OuterRef("partenaire")
            )
        )
    ),
}
LONGS = (  # texts that no column shows
    "besoin",
    "objectifs",
    "description",
    "methode",
    "partenariats",
    "egalite",
    "participation",
    "informations_complementaires",
    "public_vise",
    "moyens_materiels",
    "evaluation",
    "resultats_attendus",
    "appel__presentation",
    "appel__texte_legal",
    "porteur__anciens",
    "porteur__recherche",
    "axe__texte",
)
