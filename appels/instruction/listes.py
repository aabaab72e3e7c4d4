"""The work list as its address says it: filters, order, columns, page and selection.

Nothing of it is kept elsewhere.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db import models
from django.http import QueryDict

from appels.instruction import alertes, colonnes, files, files_du_financeur, regards
from appels.instruction.colonnes import COLONNES, DU_FINANCEUR, PAR_DEFAUT, Colonne
from appels.models import Dossier, Financement, Lieu
from appels.models.dossiers import DossierQuerySet
from appels.models.numerotation import NUMERO
from appels.socle import condenses
from appels.socle.stades import Attente, Stade
from partenaires.models import Partenaire, Utilisateur
from partenaires.models.identifiants import mots_cherches
from partenaires.socle import droits
from quartiers.francais import nombre_en_euros

PAR_PAGE = 30
CHOISIS_MAX = 501  # one more than an act takes: it refuses, rather than leave some out unsaid
MOTS_MAX = 6
# « CV-2027-0001 » is one word, typed « cv 2027 1 » or, alone, « 2027 12 ».
NUMERO_SEUL = re.compile(r"(?:n ?° ?)?(20\d\d)[ /](?!20\d\d)(\d{1,4})", re.ASCII)
TOUJOURS_DITES = {"demande", "vote", "avis_partages"}  # orders that no dossier is without
MONTANTS = ("minimum", "maximum")  # cents, written again in the address as they are typed
LONGUEUR_MAX = 1500  # of a query that is kept


@dataclass(frozen=True)
class Liste:
    """`filtres` holds cleaned values only; `choisis` the dossiers ticked, on whatever page."""

    filtres: dict = field(default_factory=dict)
    tri: str = ""
    colonnes: tuple[str, ...] = PAR_DEFAUT
    page: int = 1
    choisis: frozenset[int] = frozenset()
    lecteur: Utilisateur | None = field(default=None, compare=False)  # for columns of their own

    @property
    def est_par_defaut(self) -> bool:
        """Its reader chose no columns."""
        return self.colonnes in (PAR_DEFAUT, DU_FINANCEUR)

    def adresse(self, **autre: Any) -> str:
        """The query that says this list, or the same with another page, order or selection."""
        return urlencode(replace(self, **autre).couples())

    def couples(self) -> list[tuple[str, str | int]]:
        """What its address carries, name by name."""
        couples: list[tuple[str, str | int]] = []
        for nom, valeur in self.filtres.items():
            texte = nombre_en_euros(valeur) if nom in MONTANTS else str(valeur)
            couples.append((nom, texte))
        if self.tri:
            couples.append(("tri", self.tri))
        if not self.est_par_defaut:
            couples.extend(("col", cle) for cle in self.colonnes)
        if self.page > 1:
            couples.append(("page", self.page))
        if self.choisis:
            couples.append(("choix", "-".join(map(str, sorted(self.choisis)))))
        return couples

    @property
    def champs(self) -> list[tuple[str, str | int]]:
        """What a form that draws another page of the list carries besides the ticks."""
        return [(nom, valeur) for nom, valeur in self.couples() if nom != "page"]

    @property
    def reste(self) -> list[tuple[str, str | int]]:
        """What the form of the filters carries besides them."""
        return [(nom, valeur) for nom, valeur in self.champs if nom in ("tri", "col", "choix")]

    @property
    def sans_ordre(self) -> list[tuple[str, str | int]]:
        """What the form of the order carries besides it."""
        return [(nom, valeur) for nom, valeur in self.champs if nom != "tri"]

    @property
    def ordres(self) -> list[tuple[str, str]]:
        """Every order that its columns give, one way and the other, with its words."""
        triables = {"numero": "Numéro"}
        for colonne in self.montrees():
            if colonne.tri:
                triables[colonne.cle] = colonne.titre
        ordres = []
        for cle, titre in triables.items():
            ordres += [(cle, titre), (f"-{cle}", f"{titre}, ordre inverse")]
        return ordres

    @property
    def a_garder(self) -> str:
        """What a saved view keeps: neither the page nor the selection."""
        return self.adresse(page=1, choisis=frozenset())

    def montrees(self) -> list[Colonne]:
        """The columns drawn, in order."""
        return [COLONNES[cle] for cle in self.colonnes]

    def dossiers(self, visibles: DossierQuerySet, instant: datetime) -> DossierQuerySet:
        """The rows, in order; `visibles` are those that the reader may see."""
        gardes = filtrer(visibles, self.filtres, instant)
        if self.tri:  # their indexes are of what is kept: every deposited dossier has its row
            gardes = gardes.filter(condense__isnull=False)
        return trier(self._lus(gardes), self.tri, instant)

    def _lus(self, dossiers: DossierQuerySet) -> DossierQuerySet:
        """With what its reader alone is told, when a column or the order asks it."""
        cles = {*self.colonnes, self.tri.removeprefix("-")}
        du_lecteur = any(cle in cles for cle, une in COLONNES.items() if une.du_lecteur)
        if self.lecteur is None or not du_lecteur:
            return dossiers
        return regards.annoter(dossiers, self.lecteur)

    def lire_page(self, dossiers: DossierQuerySet, debut: int, instant: datetime) -> list[Dossier]:
        """The rows of a page; columns are computed for these alone, not for the whole list."""
        page = Dossier.objects.filter(pk__in=dossiers.values("pk")[debut : debut + PAR_PAGE])
        tries = trier(self._lus(page), self.tri, instant)
        return list(colonnes.charger(tries, self.montrees(), instant))


def lisibles_par(lecteur: Utilisateur) -> DossierQuerySet:
    """What lists, amounts and meetings show this person. They tell an agent all: not what the same
    person reads for a funder alone.
    """
    if droits.est_agent(lecteur) and droits.est_financeur(lecteur):
        return Dossier.objects.suivis_pour_le_service(lecteur).deposes()
    return Dossier.objects.instruits_par(lecteur)


def depuis_l_adresse(requete: QueryDict, filtres: dict, lecteur: Utilisateur) -> Liste:
    """The list that an address asks, with its filters already cleaned by the form.

    Columns and orders that are unknown, or not for this reader, are left out.
    """
    du_service = droits.est_agent(lecteur)
    offertes = colonnes.permises(du_service=du_service)
    voulues = [cle for cle in requete.getlist("col") if cle in offertes]
    if not voulues:
        voulues = [cle for cle in colonnes.par_defaut(du_service=du_service) if cle in offertes]
    tri = requete.get("tri", "")
    return Liste(
        filtres=filtres,
        tri=tri if se_trie(tri, offertes) else "",
        colonnes=tuple(dict.fromkeys(voulues)),
        page=_entier(requete.get("page"), 1),
        choisis=choisis(requete),
        lecteur=lecteur,
    )


def se_trie(tri: str, offertes: dict[str, Colonne]) -> bool:
    """A list may be sorted by its numbers, and by the columns offered that say how."""
    cle = tri.removeprefix("-")
    if cle == "numero":
        return True
    return cle in offertes and bool(offertes[cle].tri)


def choisis(requete: QueryDict) -> frozenset[int]:
    """Ticked before (`choix`), less the page just shown (`vus`), plus those ticked now (`sel`)."""
    avant = _numeros(requete.get("choix", "").split("-"))
    vus = _numeros(requete.get("vus", "").split("-"))
    coches = _numeros(requete.getlist("sel"))
    return frozenset(sorted((avant - vus) | coches)[:CHOISIS_MAX])


def _numeros(textes: list[str]) -> set[int]:
    """Those that are positive whole numbers."""
    return {_entier(texte) for texte in textes} - {0}


def _entier(texte: str | None, sinon: int = 0) -> int:
    """A small positive whole number, or `sinon`."""
    if texte and texte.isascii() and texte.isdigit() and len(texte) < 10:
        return int(texte)
    return sinon


def trier(dossiers: DossierQuerySet, tri: str, instant: datetime) -> DossierQuerySet:
    """The last received first, unless something else is asked; the row number settles equals."""
    cle = tri.removeprefix("-")
    if not cle:
        return dossiers.order_by(models.F("depose_le").desc(nulls_last=True), "-pk")
    nom = "numero" if cle == "numero" else COLONNES[cle].tri
    if nom in colonnes.calculs(instant):
        dossiers = colonnes.calculer(dossiers, [nom], instant)
    valeur = models.F(nom)
    if tri.startswith("-") and nom in TOUJOURS_DITES:
        return dossiers.order_by(valeur.desc(), "pk")  # the same index, read backward
    if tri.startswith("-"):
        return dossiers.order_by(valeur.desc(nulls_last=True), "-pk")
    return dossiers.order_by(valeur.asc(nulls_last=True), "-pk")


def chercher(dossiers: DossierQuerySet, texte: str) -> DossierQuerySet:
    """Every word in the number or the title, or in the names and numbers of the organisation.

    The word with most digits, else the longest, is looked up in the trigram indexes; the others
    among what it finds.
    """
    mots = mots_de(texte)[:MOTS_MAX]
    if not mots:
        return dossiers
    *autres, rare = sorted(mots, key=_rarete)
    organismes = Partenaire.objects.filter(recherche__contains=rare).order_by().values("pk")
    par_organisme = Dossier.objects.filter(porteur__in=organismes).order_by().values("pk")
    par_titre = Dossier.objects.filter(recherche__contains=rare).order_by().values("pk")
    trouves = par_titre.union(par_organisme)
    dossiers = dossiers.filter(pk__in=trouves)
    for mot in autres:
        dossiers = dossiers.filter(
            models.Q(recherche__contains=mot) | models.Q(porteur__recherche__contains=mot)
        )
    return dossiers


def mots_de(texte: str) -> list[str]:
    """The words of a search, numbers of dossiers as they are kept."""
    cherche = " ".join(mots_cherches(texte))
    if seul := NUMERO_SEUL.fullmatch(cherche):
        return [_numero_garde(*seul.groups())]
    numeros = [_numero_garde(annee, rang) for annee, rang in NUMERO.findall(cherche)]
    reste = NUMERO.sub(" ", cherche)
    return [*numeros, *reste.split()]


def _numero_garde(annee: str, rang: str) -> str:
    return f"cv {annee} {rang.zfill(4)}"


def _rarete(mot: str) -> tuple[int, int]:
    """How few rows a word should find: (digits, letters)."""
    chiffres = sum(signe.isdigit() for signe in mot)
    return chiffres, len(mot)


SIMPLES = ("appel", "etat", "axe")  # filters that are fields of a dossier
LIENS = {  # filter: the rows that tie dossiers to something, the field that says to what
    "theme": (Dossier.themes.through.objects, "theme"),
    "quartier": (Lieu.objects, "quartier"),
    "commune": (Lieu.objects, "commune"),
    "financeur": (Financement.objects, "partenaire"),
}


def filtrer(dossiers: DossierQuerySet, filtres: dict, instant: datetime) -> DossierQuerySet:
    """Only what the filters keep."""
    for nom in SIMPLES:
        voulu = filtres.get(nom)
        if voulu and voulu != "tous":
            dossiers = dossiers.filter(**{nom: voulu})
    if filtres.get("appel") and filtres["appel"] != "tous":
        dossiers = dossiers.filter(condense__appel=filtres["appel"])  # its indexes begin with it
    for nom, (lignes, champ) in LIENS.items():
        if filtres.get(nom):
            liens = lignes.filter(dossier=models.OuterRef("pk"), **{champ: filtres[nom]})
            dossiers = dossiers.filter(models.Exists(liens))
    for nom, filtrer_par in PARTICULIERS.items():
        if filtres.get(nom):
            dossiers = filtrer_par(dossiers, filtres[nom], instant)
    return dossiers


def _attend(dossiers: DossierQuerySet, qui: str, instant: datetime) -> DossierQuerySet:
    return dossiers.filter(condenses.qui_attendent(Attente(qui), instant))


def _file(dossiers: DossierQuerySet, laquelle: str, instant: datetime) -> DossierQuerySet:
    """Of one tab: of the service, else of a funder."""
    if laquelle in dict(files.CHOIX):
        return dossiers.filter(files.de_la_file(laquelle, instant))
    return dossiers.filter(files_du_financeur.condition(laquelle))


def _stade(dossiers: DossierQuerySet, ou: str, instant: datetime) -> DossierQuerySet:
    return dossiers.filter(condenses.a_ce_stade(Stade(ou), instant))


def _recherche(dossiers: DossierQuerySet, texte: str, instant: datetime) -> DossierQuerySet:
    return chercher(dossiers, texte)


def _charge(dossiers: DossierQuerySet, agent: str, instant: datetime) -> DossierQuerySet:
    """Given to this agent, or to nobody."""
    if agent == "aucun":
        return dossiers.filter(confie_a__isnull=True)
    return dossiers.filter(confie_a=agent)


def _minimum(dossiers: DossierQuerySet, montant: int, instant: datetime) -> DossierQuerySet:
    return dossiers.filter(condense__demande__gte=montant)


def _maximum(dossiers: DossierQuerySet, montant: int, instant: datetime) -> DossierQuerySet:
    return dossiers.filter(condense__demande__lte=montant)


def _premiere(dossiers: DossierQuerySet, reponse: str, instant: datetime) -> DossierQuerySet:
    return dossiers.filter(condense__est_premiere=reponse == "oui")


PARTICULIERS: dict[str, Callable[[DossierQuerySet, Any, datetime], DossierQuerySet]] = {
    "attend": _attend,
    "file": _file,
    "stade": _stade,
    "q": _recherche,
    "charge": _charge,
    "minimum": _minimum,
    "maximum": _maximum,
    "premiere": _premiere,
    "alerte": alertes.en_alerte,
}


class Voisin(NamedTuple):
    """A dossier beside another in a list, and its rank there."""

    pk: int
    rang: int


def voisins(dossiers: DossierQuerySet, pk: int, rang: int) -> tuple[Voisin | None, Voisin | None]:
    """(before, after) of a dossier read at this rank of its list.

    None at the ends, and on both sides when the list moved meanwhile.
    """
    debut = max(rang - 1, 0)
    autour = list(dossiers.values_list("pk", flat=True)[debut : rang + 2])
    if pk not in autour:
        return None, None
    place = autour.index(pk)
    avant = None
    apres = None
    if place > 0:
        avant = Voisin(autour[place - 1], debut + place - 1)
    if place + 1 < len(autour):
        apres = Voisin(autour[place + 1], debut + place + 1)
    return avant, apres
