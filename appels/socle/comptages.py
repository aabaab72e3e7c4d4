"""The counters of a call: kept as rows that add up, one sum a key whatever the call holds.

`apports` says what one deposited dossier adds to them. When that changes, the difference is added
(`suivre`), in the same transaction; no row is ever updated by an act. `resserrer` puts the rows of
a key together, `recalculer` adds what is missing.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models.functions import Cast

from appels.models import (
    TOUS_LES_APPELS,
    Appel,
    Comptage,
    Condense,
    Deport,
    Dossier,
    FinanceurAppel,
)
from appels.models.dossiers import ROLES_INSTRUISENT, DossierQuerySet
from appels.socle.apports import COLONNES, RIEN, Cle, Place, Somme, Sommes, Valeurs, apports, place
from appels.socle.lots import par_lots
from appels.socle.stades import Stade
from partenaires.models import Utilisateur
from partenaires.models.appartenance import ROLES_AGENT, ROLES_PORTEUR

CleDAppel = tuple[int, str, str]  # (call, name, key)
# What a list of all calls asks: counted once for all of them
DE_TOUS_LES_APPELS = {"place", "sollicite", "a-donner", "a-dire", "donne", "decide", "charge"}
FERME = "ferme"  # beside the names of the counters, in one reading: closed to who reads
GROUPES_MAX = 5000  # keys put together in one look


# --- Added, put together --------------------------------------------------------------------------


def suivre(avant: Iterable[Valeurs], apres: Iterable[Valeurs]) -> None:
    """What these dossiers added, and what they add now: the difference, in one query."""
    ecarts: dict[CleDAppel, Somme] = {}
    for gardes, fois in ((avant, -1), (apres, 1)):
        for garde in gardes:
            for cle, somme in _par_appel(garde):
                ecarts[cle] = ecarts.get(cle, RIEN).plus(somme, fois)
    _ajouter(ecarts)


def _par_appel(garde: Valeurs) -> Iterator[tuple[CleDAppel, Somme]]:
    for (nom, cle), somme in apports(garde).items() if garde["jour"] else ():
        yield (garde["appel_id"], nom, cle), somme
        if nom in DE_TOUS_LES_APPELS:
            yield (TOUS_LES_APPELS, nom, cle), somme


def _ajouter(ecarts: Mapping[CleDAppel, Somme]) -> None:
    lignes = [
        Comptage(appel=appel, nom=nom, cle=cle, **somme._asdict())
        for (appel, nom, cle), somme in ecarts.items()
        if somme != RIEN
    ]
    for lot in par_lots(lignes):
        Comptage.objects.bulk_create(lot)


def resserrer() -> int:
    """Put the rows of each key together; how many keys had several.

    Rows that somebody else puts together meanwhile are left to it: any part of a sum is a sum.
    """
    nombreuses = (
        Comptage.objects.order_by()
        .values_list("appel", "nom", "cle")
        .annotate(lignes=models.Count("pk"), somme=models.Sum("nombre"))
        .filter(lignes__gt=1)[:GROUPES_MAX]
    )
    cles = [(appel, nom, cle) for appel, nom, cle, _, _ in nombreuses]
    for appel, nom, cle in cles:
        _resserrer(appel, nom, cle)
    return len(cles)


@transaction.atomic
def _resserrer(appel: int, nom: str, cle: str) -> None:
    lignes = Comptage.objects.filter(appel=appel, nom=nom, cle=cle).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        lignes = lignes.select_for_update(skip_locked=True)
    tenues = list(lignes)
    somme = RIEN
    for ligne in tenues:
        somme = somme.plus(Somme(ligne.nombre, ligne.demande, ligne.vote))
    for lot in par_lots([ligne.pk for ligne in tenues]):
        Comptage.objects.filter(pk__in=lot).delete()
    _ajouter({(appel, nom, cle): somme})


# --- Read -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Comptes:
    """What a person counts in a call: sums by name, then by key; what is at zero is not there."""

    sommes: Mapping[str, Mapping[str, Somme]] = field(default_factory=dict)

    def de(self, nom: str) -> Mapping[str, Somme]:
        """{key: sum}."""
        return self.sommes.get(nom, {})

    def un(self, nom: str, cle: str = "") -> Somme:
        """One of them."""
        return self.de(nom).get(cle, RIEN)

    def au(self, instant: datetime) -> Iterator[tuple[Place, Stade, Somme]]:
        """Each place, the stage that it means now, and what stands there."""
        for cle, somme in self.de("place").items():
            lue = place(cle)
            yield lue, lue.au(instant), somme

    def par_stade(self, instant: datetime) -> Counter[Stade]:
        """{stage: how many}."""
        comptes: Counter[Stade] = Counter()
        for _, ou, somme in self.au(instant):
            comptes[ou] += somme.nombre
        return comptes

    def rejets(self, avant: date, instant: datetime) -> int:
        """Those that a silence would refuse by this day, no delay to complete being open."""
        proches = 0
        for cle, somme in self.de("rejet").items():
            jour, _, delai = cle.partition("|")
            suspendu = bool(delai) and datetime.fromisoformat(delai) > instant
            if date.fromisoformat(jour) <= avant and not suspendu:
                proches += somme.nombre
        return proches


def _rangees(sommes: Mapping[Cle, Somme]) -> Comptes:
    par_nom: dict[str, dict[str, Somme]] = defaultdict(dict)
    for (nom, cle), somme in sommes.items():
        if somme != RIEN:
            par_nom[nom][cle] = somme
    return Comptes(par_nom)


def lus(appel: int, noms: Collection[str] = (), cle: str | None = None) -> Sommes:
    """{(name, key): sum} of a call, or of all calls together, under one key or all; one query."""
    additions = _additions(appel, noms)
    if cle is not None:
        additions = additions.filter(cle=cle)
    return {(nom, sous): Somme(*somme) for nom, sous, *somme in additions}


def _additions(appel: int, noms: Collection[str]) -> models.QuerySet[Any, Any]:
    lignes = Comptage.objects.filter(appel=appel)
    if noms:
        lignes = lignes.filter(nom__in=noms)
    return (
        lignes.order_by()
        .values_list("nom", "cle")
        .annotate(models.Sum("nombre"), models.Sum("demande"), models.Sum("vote"))
    )


def sollicites(appel: int) -> models.QuerySet[Any, Any]:
    """The keys of the funders that a deposited dossier of the call asks, for a query that names
    them."""
    par_cle = Comptage.objects.filter(appel=appel, nom="sollicite").order_by().values("cle")
    presentes = par_cle.annotate(somme=models.Sum("nombre")).filter(somme__gt=0)
    return presentes.annotate(lequel=Cast("cle", models.BigIntegerField())).values("lequel")


def premiers_appels(
    nom: str, cle: str, combien: int, lue: Somme | None, *, annees: bool = False
) -> list[int]:
    """The last calls that count that many under this key, whatever of it is closed to who reads:
    they count `lue`. All that count something when nothing says it; `annees`: whole years.
    """
    du_compte = Comptage.objects.filter(appel=models.OuterRef("pk"), nom=nom, cle=cle)
    sommes = du_compte.order_by().values("appel").annotate(n=models.Sum("nombre")).values("n")
    ou = list(
        Appel.objects.annotate(combien=models.Subquery(sommes))
        .filter(combien__gt=0)
        .values_list("pk", "annee", "combien")
    )
    if lue is None:
        return [appel for appel, _, _ in ou]
    a_couvrir = combien + sum(ici for _, _, ici in ou) - lue.nombre
    premiers: list[int] = []
    derniere = 0
    for appel, annee, ici in ou:
        if a_couvrir <= 0 and not (annees and annee == derniere):
            break
        premiers.append(appel)
        a_couvrir -= ici
        derniere = annee
    return premiers


def additionnes(dossiers: DossierQuerySet) -> Sommes:
    """The same, added up from what is kept of these dossiers."""
    sommes: Sommes = {}
    for garde in _gardes(dossiers):
        for cle, somme in apports(garde).items():
            sommes[cle] = sommes.get(cle, RIEN).plus(somme)
    return sommes


def _gardes(dossiers: DossierQuerySet) -> Iterator[dict[str, Any]]:
    lies = Condense.objects.filter(dossier__in=dossiers.order_by().values("pk"))
    return iter(lies.values(*COLONNES).iterator())


def du_service(
    utilisateur: Utilisateur, appel: int = TOUS_LES_APPELS, noms: Collection[str] = ()
) -> Comptes:
    """What an agent counts of a call: what is kept, less what is closed to this person.

    An agent who is limited to a part of the territory has it added up from that part.
    """
    if not lit_tout(utilisateur):
        visibles = Dossier.objects.suivis_pour_le_service(utilisateur).deposes()
        return _rangees(additionnes(visibles.filter(appel=appel) if appel else visibles))
    return _ouvertes_a(utilisateur, appel, noms)


def du_financeur(utilisateur: Utilisateur, appel: int, noms: Collection[str]) -> Comptes | None:
    """What a person of one funder counts of what asks it; None where it must be read: limited to a
    part of the territory, of several funders, or of one to which a call is opened whole.
    """
    places = [
        appartenance
        for appartenance in utilisateur.mes_appartenances
        if appartenance.roles & set(ROLES_INSTRUISENT)
    ]
    if len(places) != 1 or places[0].perimetre or places[0].roles & set(ROLES_AGENT):
        return None
    ouverts = FinanceurAppel.objects.filter(
        partenaire=places[0].partenaire_id, voit_tout=True, retire_le__isnull=True
    )
    if ouverts.exists():
        return None
    return _ouvertes_a(utilisateur, appel, noms)


def _ouvertes_a(utilisateur: Utilisateur, appel: int, noms: Collection[str]) -> Comptes:
    """What is kept, less what is closed to this person; what they step aside from is read with the
    sums, in one query, for there is mostly nothing.
    """
    declares = Deport.objects.en_vigueur().filter(personne=utilisateur).order_by()
    rien = models.Value(0, models.BigIntegerField())
    fermes = declares.annotate(
        quoi=models.Value(FERME, models.CharField()),
        lequel=Cast("dossier_id", models.CharField()),
        n=rien,
        d=rien,
        v=rien,
    ).values_list("quoi", "lequel", "n", "d", "v")
    sommes: Sommes = {}
    ecartes = []
    for nom, cle, *somme in _additions(appel, noms).union(fermes, all=True):
        if nom == FERME:
            ecartes.append(int(cle))
        else:
            sommes[nom, cle] = Somme(*somme)
    return _rangees(_moins(sommes, _fermes(utilisateur, ecartes, appel)))


def _fermes(utilisateur: Utilisateur, ecartes: list[int], appel: int) -> DossierQuerySet | None:
    """What was deposited and is closed to this person; None for nothing, mostly."""
    siens = [
        appartenance.partenaire_id
        for appartenance in utilisateur.mes_appartenances
        if appartenance.roles & set(ROLES_PORTEUR)
    ]
    if not siens and not ecartes:
        return None
    fermes = models.Q(pk__in=ecartes) | models.Q(corrige__in=ecartes) | models.Q(porteur__in=siens)
    deposes = Dossier.objects.deposes().filter(fermes)
    return deposes.filter(appel=appel) if appel else deposes


def _moins(sommes: Sommes, fermes: DossierQuerySet | None) -> Sommes:
    """These, without what those dossiers add.

    An organisation whose first dossier alone is among them is still counted for the others.
    """
    if fermes is None:
        return sommes
    ouvrent = []
    for garde in _gardes(fermes):
        for cle, somme in apports(garde).items():
            if cle in sommes:
                sommes[cle] = sommes[cle].plus(somme, -1)
        if garde["ouvre"]:
            ouvrent.append(garde)
    if ouvrent and ("organisme", "") in sommes:
        restent = Condense.objects.exclude(dossier__in=fermes.order_by().values("pk")).filter(
            appel__in={garde["appel_id"] for garde in ouvrent},
            porteur__in={garde["porteur"] for garde in ouvrent},
        )
        encore = restent.aggregate(n=models.Count("porteur", distinct=True))["n"]
        sommes["organisme", ""] = sommes["organisme", ""].plus(Somme(encore))
    return sommes


def lit_tout(utilisateur: Utilisateur) -> bool:
    """An agent whom nothing limits to a part of the territory."""
    return any(
        appartenance.roles & set(ROLES_AGENT) and not appartenance.perimetre
        for appartenance in utilisateur.mes_appartenances
    )


# --- Made again -----------------------------------------------------------------------------------


def recalculer() -> list[str]:
    """Add what is missing to each counter; a French sentence for each call that differed.

    Both sides are read at one instant (on PostgreSQL), so that what is deposited meanwhile is in
    both or in none: what is missing is added, and nothing has to wait.
    """
    fige = connection.vendor == "postgresql" and not connection.in_atomic_block
    with transaction.atomic():
        if fige:
            with connection.cursor() as curseur:
                curseur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        ecarts: dict[CleDAppel, Somme] = {}
        for garde in Condense.objects.values(*COLONNES).iterator():
            for cle, somme in _par_appel(garde):
                ecarts[cle] = ecarts.get(cle, RIEN).plus(somme)
        gardees = Comptage.objects.order_by().values_list("appel", "nom", "cle")
        for appel, nom, cle_gardee, *garde_ici in gardees.annotate(
            models.Sum("nombre"), models.Sum("demande"), models.Sum("vote")
        ):
            cle = (appel, nom, cle_gardee)
            ecarts[cle] = ecarts.get(cle, RIEN).plus(Somme(*garde_ici), -1)
        faux = {cle: somme for cle, somme in ecarts.items() if somme != RIEN}
        _ajouter(faux)
    return _phrases(faux)


def _phrases(faux: Mapping[CleDAppel, Somme]) -> list[str]:
    par_appel = Counter(appel for appel, _, _ in faux)
    appels = Appel.objects.filter(pk__in=par_appel)
    titres = {appel.pk: str(appel) for appel in appels}
    return [
        f"{titres.get(appel, 'Tous les appels')} : {combien} de ses comptes différaient."
        for appel, combien in sorted(par_appel.items())
    ]
