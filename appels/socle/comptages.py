"""The counters of a call: kept as rows that add up, one sum a key whatever the call holds.

`apports` says what one deposited dossier adds to them, from what is kept of it (`Condense`). When
that changes, the difference is added (`suivre`), in the same transaction; no row is ever updated by
an act. `resserrer` puts the rows of a key together, `recalculer` adds what is missing. Nothing here
reads the clock: a delay is a part of the key, compared when it is read.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection, models, transaction

from appels.models import TOUS_LES_APPELS, Appel, Comptage, Condense, Dossier
from appels.models.condense import LEVEES
from appels.models.dossiers import DossierQuerySet
from appels.models.etats import EN_COURSE, Etat
from appels.socle.lots import par_lots
from appels.socle.stades import Stade
from partenaires.models import Utilisateur
from partenaires.models.appartenance import ROLES_AGENT

Valeurs = Mapping[str, Any]  # of a `Condense`, by column
Cle = tuple[str, str]  # (name, key)
CleDAppel = tuple[int, str, str]  # (call, name, key)
# What a list of all calls asks: counted once for all of them
DE_TOUS_LES_APPELS = {"place", "sollicite", "a-donner", "donne"}
GROUPES_MAX = 5000  # keys put together in one look


class Somme(NamedTuple):
    """How many, and the amounts that go with them, in cents."""

    nombre: int = 0
    demande: int = 0
    vote: int = 0

    def plus(self, autre: "Somme", fois: int = 1) -> "Somme":
        """With another, or less another (`fois` = -1)."""
        return Somme(
            self.nombre + fois * autre.nombre,
            self.demande + fois * autre.demande,
            self.vote + fois * autre.vote,
        )


RIEN = Somme()
Sommes = dict[Cle, Somme]


class Place(NamedTuple):
    """What says where a dossier stands, but for the clock."""

    stade: Stade
    message: bool
    question: bool
    avis_manquants: bool
    reponse: bool
    avant_le: datetime | None

    def au(self, instant: datetime) -> Stade:
        """Where it stands now: a delay that has passed gives the turn back."""
        passe = self.avant_le is not None and self.avant_le <= instant
        return Stade.DELAI_PASSE if passe and self.stade == Stade.A_COMPLETER else self.stade


# --- What a dossier adds --------------------------------------------------------------------------

COLONNES = (
    "appel_id",
    "stade",
    "message",
    "question",
    "avis_manquants",
    "reponse",
    "avant_le",
    "rejet_le",
    "demande",
    "vote",
    "etat",
    "axe",
    "confie_a",
    "jour",
    "ouvre",
    "parts",
    "quartiers",
    *(levee for levee in LEVEES if levee != "message"),
)


def apports(garde: Valeurs) -> Sommes:
    """{(name, key): what this dossier adds to it}."""
    tout = Somme(1, garde["demande"], garde["vote"])
    en_course = garde["etat"] in EN_COURSE
    sommes: Sommes = {
        ("tout", ""): tout,
        ("place", _place(garde)): tout,
        ("jour", garde["jour"].isoformat()): tout,
        **{("alerte", levee): tout for levee in LEVEES if garde[levee]},
        **{("quartier", cle): tout for cle in _separes(garde["quartiers"])},
    }
    if garde["axe"]:
        sommes["axe", str(garde["axe"])] = tout
    if garde["ouvre"]:
        sommes["organisme", ""] = tout
    if garde["vote"] > 0:
        sommes["soutenu", ""] = tout
    if garde["rejet_le"]:
        sommes["rejet", f"{garde['rejet_le'].isoformat()}|{_iso(garde['avant_le'])}"] = tout
    if en_course:
        sommes["charge", str(garde["confie_a"] or "")] = tout
    for cle, somme in _des_parts(garde, tout, en_course=en_course):
        sommes[cle] = somme.plus(sommes.get(cle, RIEN))
    return sommes


def _separes(texte: str) -> list[str]:
    return texte.split(";") if texte else []


def _iso(instant: datetime | None) -> str:
    return instant.isoformat() if instant else ""


def _place(garde: Valeurs) -> str:
    """The key of a `Place`."""
    drapeaux = "".join(
        str(int(bool(garde[nom]))) for nom in ("message", "question", "avis_manquants", "reponse")
    )
    avant = _iso(garde["avant_le"]) if garde["stade"] == Stade.A_COMPLETER else ""
    return f"{garde['stade']}|{drapeaux}|{avant}"


def place(cle: str) -> Place:
    """The same, read again."""
    stade, drapeaux, avant = cle.split("|")
    return Place(
        Stade(stade),
        *(drapeau == "1" for drapeau in drapeaux),
        avant_le=datetime.fromisoformat(avant) if avant else None,
    )


def _des_parts(garde: Valeurs, tout: Somme, *, en_course: bool) -> Iterator[tuple[Cle, Somme]]:
    """What each request to a funder adds; once a dossier for what a funder's own list counts."""
    dus: dict[str, bool] = {}
    donnes: dict[str, bool] = {}
    for part in _separes(garde["parts"]):
        financeur, montant, vote, decidee, partage = part.split(":")
        dus[financeur] = dus.get(financeur, False) or decidee == "0"
        donnes[financeur] = partage == "1"
        if en_course:
            yield ("finance", financeur), Somme(1, int(montant), int(vote))
        if garde["etat"] == Etat.RECEVABLE:
            rendu = decidee == "1" or partage == "1"
            yield ("rendu" if rendu else "du", financeur), Somme(1, int(montant), int(vote))
    for financeur, du in dus.items():
        yield ("sollicite", financeur), tout
        if donnes[financeur]:
            yield ("donne", financeur), tout
        elif du and en_course:
            yield ("a-donner", financeur), tout


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


def lus(appel: int, noms: Collection[str] = ()) -> Sommes:
    """{(name, key): sum} of a call, or of all calls together; one query."""
    lignes = Comptage.objects.filter(appel=appel)
    if noms:
        lignes = lignes.filter(nom__in=noms)
    sommes = (
        lignes.order_by()
        .values_list("nom", "cle")
        .annotate(models.Sum("nombre"), models.Sum("demande"), models.Sum("vote"))
    )
    return {(nom, cle): Somme(*somme) for nom, cle, *somme in sommes}


def additionnes(dossiers: DossierQuerySet) -> Sommes:
    """The same, added up from what is kept of these dossiers."""
    sommes: Sommes = {}
    lies = Condense.objects.filter(dossier__in=dossiers.order_by().values("pk"))
    for garde in lies.values(*COLONNES).iterator():
        for cle, somme in apports(garde).items():
            sommes[cle] = sommes.get(cle, RIEN).plus(somme)
    return sommes


def du_service(
    utilisateur: Utilisateur, appel: int = TOUS_LES_APPELS, noms: Collection[str] = ()
) -> Comptes:
    """What an agent counts of a call: what is kept, less what is closed to this person.

    An agent who is limited to a part of the territory has it added up from that part.
    """
    if not lit_tout(utilisateur):
        visibles = Dossier.objects.instruits_par(utilisateur)
        return _rangees(additionnes(visibles.filter(appel=appel) if appel else visibles))
    ecartes = Dossier.objects.ecartes_par_un_deport(utilisateur)
    fermes = (ecartes | Dossier.objects.portes_par(utilisateur)).deposes()
    if appel:
        fermes = fermes.filter(appel=appel)
    sommes = lus(appel, noms)
    for cle, somme in additionnes(fermes).items():
        if cle in sommes:
            sommes[cle] = sommes[cle].plus(somme, -1)
    return _rangees(sommes)


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
    titres = {appel.pk: str(appel) for appel in Appel.objects.filter(pk__in={c[0] for c in faux})}
    par_appel = Counter(appel for appel, _, _ in faux)
    return [
        f"{titres.get(appel, 'Tous les appels')} : {combien} de ses comptes différaient."
        for appel, combien in sorted(par_appel.items())
    ]
