"""The columns of the work list and of its files: one value a dossier, as text, number or date."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import chain
from operator import attrgetter, methodcaller
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce

from appels.instruction import alertes
from appels.models import Avis, Dossier, Financement, Indicateur, Lieu, Theme
from appels.models.dossiers import DossierQuerySet
from appels.socle.aboutissement import aboutissement
from appels.socle.stades import Attente, Stade, attente, stade
from partenaires.models import Partenaire
from quartiers.francais import en_euros, siret
from quartiers.horloge import a_paris

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


def _noms(objets: Iterable[object]) -> str:
    """Their names, each once, sorted."""
    return ", ".join(sorted({str(objet) for objet in objets if objet}))


def _jour(instant: datetime | None) -> date | None:
    return a_paris(instant).date() if instant else None


def _siret(dossier: Dossier) -> str:
    """As on every page: spaced digits are no number, and a spreadsheet keeps their zeros."""
    return siret(dossier.porteur.siret) if dossier.porteur.siret else ""


def _porteur(dossier: Dossier) -> str:
    return str(dossier.porteur)


def _axe(dossier: Dossier) -> str:
    return str(dossier.axe or "")


def _themes(dossier: Dossier) -> str:
    return _noms(dossier.themes.all())


def _quartiers(dossier: Dossier) -> str:
    return _noms(lieu.quartier for lieu in dossier.lieux.all())


def _communes(dossier: Dossier) -> str:
    return _noms(lieu.commune for lieu in dossier.lieux.all())


def _recu(dossier: Dossier) -> date | None:
    return _jour(dossier.depose_le)


def _attend(dossier: DossierCalcule) -> str:
    return Attente(dossier.attend).label


def _stade(dossier: DossierCalcule) -> str:
    return Stade(dossier.stade).label


def _avant(dossier: Dossier) -> date | None:
    return _jour(dossier.a_completer_avant)


def _charge(dossier: Dossier) -> str:
    return str(dossier.confie_a or "")


def _decision(dossier: Dossier) -> str:
    """What became of the requests to the funders of the call, taken together."""
    demandes = dossier.financements.all()
    obtenu = aboutissement(demande.decision for demande in demandes if demande.partenaire_id)
    return obtenu.label if obtenu else ""


def _financeurs(dossier: Dossier) -> str:
    return _noms(demande.partenaire for demande in dossier.financements.all())


def _avis(dossier: DossierCalcule) -> str:
    return f"{dossier.avis_partages} sur {dossier.sollicites}"


def _decompte_des_avis(dossiers: DossierQuerySet) -> list[Colonne]:
    """« 3 sur 5 » is for eyes: two numbers, to sort and to sum."""
    return [
        Colonne("avis", "Avis partagés", attrgetter("avis_partages"), largeur=10),
        Colonne("sollicites", "Financeurs sollicités, nombre", attrgetter("sollicites")),
    ]


def _montant_du_financeur(dossier: Dossier, partenaire: int, champ: str) -> int | None:
    """In cents; None when nothing is asked of it, or not said yet."""
    demandes = [une for une in dossier.financements.all() if une.partenaire_id == partenaire]
    montants = [getattr(une, champ) for une in demandes if getattr(une, champ) is not None]
    return sum(montants) if montants else None


def _par_financeur(dossier: Dossier, champ: str) -> str:
    """« CAF : 2 000 € ; Région : 1 000 € », the funders of the call."""
    dits = []
    for demande in dossier.financements.all():
        montant = getattr(demande, champ)
        if demande.partenaire_id and montant is not None:
            dits.append(f"{demande.partenaire} : {en_euros(montant)}")
    return " ; ".join(dits)


def _une_colonne_par_financeur(dossiers: DossierQuerySet, mot: str, champ: str) -> list[Colonne]:
    """Amounts to sum: a column for each funder that one of these dossiers asks; one query."""
    demandes = Financement.objects.filter(dossier__in=dossiers.order_by().values("pk"))
    sollicites = Partenaire.objects.filter(pk__in=demandes.values("partenaire")).order_by("nom")
    return [
        Colonne(
            f"{champ}-{partenaire.pk}",
            f"{mot} : {partenaire.sigle or partenaire.nom}",
            partial(_montant_du_financeur, partenaire=partenaire.pk, champ=champ),
            en_euros=True,
        )
        for partenaire in sollicites
    ]


def _premiere(dossier: DossierCalcule) -> str:
    return "Oui" if dossier.est_premiere else "Non"


def _alertes(dossier: Dossier) -> str:
    return ", ".join(alerte.mot for alerte in alertes.de(dossier))


OFFERTES = (
    Colonne("porteur", "Organisme", _porteur, tri="porteur__nom", largeur=28),
    Colonne("siret", "SIRET", _siret, largeur=20),
    Colonne("axe", "Axe", _axe, tri="axe__position"),
    Colonne("themes", "Thèmes", _themes, tables=("themes",)),
    Colonne("mesures", "Mesures visées", Indicateur.visees, tables=("indicateurs",)),
    Colonne(
        "quartiers",
        "Quartiers",
        _quartiers,
        tables=("lieux",),
    ),
    Colonne("communes", "Communes", _communes, tables=("lieux",)),
    Colonne("recu", "Reçu le", _recu, tri="depose_le"),
    Colonne(
        "etat",
        "État",
        methodcaller("get_etat_display"),
        tri="etat",
    ),
    Colonne(
        "stade",
        "Où il en est",
        _stade,
        tri="stade",
        calculs=("stade",),
        du_service=True,
    ),
    Colonne(
        "attend",
        "Attend",
        _attend,
        tri="attend",
        calculs=("attend",),
        du_service=True,
    ),
    Colonne(
        "avant",
        "Avant le",
        _avant,
        tri="a_completer_avant",
        du_service=True,
    ),
    Colonne(
        "rejet",
        "Rejet implicite",
        attrgetter("rejet_implicite_le"),
        tri="rejet_implicite_le",
        du_service=True,
    ),
    Colonne(
        "charge",
        "Chargé",
        _charge,
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
        partial(_par_financeur, champ="montant"),
        tables=("financements",),
        en_fichier=partial(_une_colonne_par_financeur, mot="Demandé", champ="montant"),
    ),
    Colonne(
        "issue",
        "Décision",
        _decision,
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
        partial(_par_financeur, champ="montant_vote"),
        tables=("financements",),
        du_service=True,
        en_fichier=partial(_une_colonne_par_financeur, mot="Voté", champ="montant_vote"),
    ),
    Colonne(
        "financeurs",
        "Financeurs sollicités",
        _financeurs,
        tables=("financements",),
    ),
    Colonne(
        "avis",
        "Avis partagés",
        _avis,
        tri="avis_partages",
        calculs=("avis_partages", "sollicites"),
        du_service=True,
        en_fichier=_decompte_des_avis,
    ),
    Colonne(
        "premiere",
        "Premier dossier",
        _premiere,
        tri="est_premiere",
        calculs=("est_premiere",),
    ),
    Colonne(
        "beneficiaires",
        "Bénéficiaires",
        attrgetter("beneficiaires"),
        tri="beneficiaires",
    ),
    Colonne("alertes", "Alertes", _alertes, du_service=True),
)
COLONNES = {colonne.cle: colonne for colonne in OFFERTES}
PAR_DEFAUT = ("porteur", "axe", "recu", "stade", "attend", "charge", "alertes")


def permises(*, du_service: bool) -> dict[str, Colonne]:
    """Those that a reader may show, sort by and export."""
    return {
        cle: colonne for cle, colonne in COLONNES.items() if du_service or not colonne.du_service
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


def somme(champ: str) -> Coalesce:
    """A sum of the requests of a dossier to the funders of the call, in cents."""
    demandes = Financement.objects.filter(dossier=models.OuterRef("pk"), partenaire__isnull=False)
    par_dossier = demandes.order_by().values("dossier")
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


def _combien(lignes: models.QuerySet) -> Coalesce:
    """How many of these rows a dossier has."""
    par_dossier = lignes.filter(dossier=models.OuterRef("pk")).order_by().values("dossier")
    total = par_dossier.annotate(n=models.Count("pk")).values("n")
    return Coalesce(models.Subquery(total, output_field=models.IntegerField()), models.Value(0))


def calculs(instant: datetime) -> dict[str, models.Expression]:
    """What columns and orders compute; what a funder keeps for itself is not counted."""
    return {
        "stade": stade(instant),
        "attend": attente(instant),
        "demande": somme("montant"),
        "vote": somme("montant_vote"),
        "est_premiere": premiere(),
        "avis_partages": _combien(Avis.objects.partages()),
        "sollicites": _combien(Financement.objects.filter(partenaire__isnull=False)),
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
    "lieux": Lieu.objects.all(),
    "themes": Theme.objects.all(),
    "indicateurs": Indicateur.objects.all(),
    "financements": Financement.objects.select_related("partenaire"),
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
)
