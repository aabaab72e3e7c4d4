"""The work list as its address says it: filters, order, columns, page and selection. Nothing is
kept elsewhere.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode

from django.db import models
from django.http import QueryDict

from appels.instruction import alertes, colonnes
from appels.instruction.colonnes import COLONNES, PAR_DEFAUT, Colonne
from appels.models import Dossier
from appels.models.etats import Etat
from appels.socle.suivi import conditions
from partenaires.models import Partenaire
from quartiers.francais import nombre_en_euros, recherchable

PAR_PAGE = 20
CHOISIS_MAX = 500
MOTS_MAX = 6
NUMERO = re.compile(r"\bcv \d{4} \d+")  # « CV-2027-0001 » is one word
MONTANTS = dict.fromkeys(("minimum", "maximum"), nombre_en_euros)  # written again as they are typed
LONGUEUR_MAX = 1500  # of a query that is kept


@dataclass(frozen=True)
class Liste:
    """`filtres` holds cleaned values only; `choisis` the dossiers ticked, on whatever page."""

    filtres: dict = field(default_factory=dict)
    tri: str = ""
    colonnes: tuple[str, ...] = PAR_DEFAUT
    page: int = 1
    choisis: frozenset[int] = frozenset()

    def adresse(self, **autre) -> str:
        """The query that says this list, or the same with another page, order or selection."""
        return urlencode(replace(self, **autre).couples())

    def couples(self) -> list[tuple[str, str | int]]:
        """What its address carries, name by name."""
        couples = [(nom, MONTANTS.get(nom, str)(valeur)) for nom, valeur in self.filtres.items()]
        couples += [("tri", self.tri)] if self.tri else []
        couples += [("col", cle) for cle in self.colonnes] if self.colonnes != PAR_DEFAUT else []
        couples += [("page", self.page)] if self.page > 1 else []
        couples += [("choix", "-".join(map(str, sorted(self.choisis))))] if self.choisis else []
        return couples

    @property
    def champs(self) -> list[tuple[str, str | int]]:
        """What a form that redraws the page carries besides the page itself, the ticks and what it
        asks anew.
        """
        return [(nom, valeur) for nom, valeur in self.couples() if nom != "page"]

    @property
    def reste(self) -> list[tuple[str, str | int]]:
        """What the form of the filters carries besides them."""
        return [(nom, valeur) for nom, valeur in self.champs if nom in ("tri", "col", "choix")]

    @property
    def a_garder(self) -> str:
        """What a saved view keeps: neither the page nor the selection."""
        return self.adresse(page=1, choisis=frozenset())

    def montrees(self) -> list[Colonne]:
        return [COLONNES[cle] for cle in self.colonnes]

    def dossiers(self, visibles, instant: datetime):
        """The rows, in order; `visibles` are those that the reader may see."""
        return trier(filtrer(visibles, self.filtres, instant), self.tri, instant)

    def lire_page(self, dossiers, debut: int, instant: datetime) -> list[Dossier]:
        """The rows of a page; what their columns compute is computed for these alone, not for the
        whole list.
        """
        page = Dossier.objects.filter(pk__in=dossiers.values("pk")[debut : debut + PAR_PAGE])
        return list(colonnes.charger(trier(page, self.tri, instant), self.montrees(), instant))


def depuis_l_adresse(requete: QueryDict, filtres: dict, *, du_service: bool) -> Liste:
    """The list that an address asks, with its filters already cleaned by the form; unknown columns
    are left out.
    """
    offertes = colonnes.permises(du_service=du_service)
    voulues = [cle for cle in requete.getlist("col") if cle in offertes] or [
        c for c in PAR_DEFAUT if c in offertes
    ]
    tri = requete.get("tri", "")
    triable = tri.removeprefix("-") == "numero" or bool(
        (colonne := offertes.get(tri.removeprefix("-"))) and colonne.tri
    )
    return Liste(
        filtres=filtres,
        tri=tri if triable else "",
        colonnes=tuple(dict.fromkeys(voulues)),
        page=_entier(requete.get("page"), 1),
        choisis=choisis(requete),
    )


def choisis(requete: QueryDict) -> frozenset[int]:
    """Ticked before (`choix`), less those of the page just shown (`vus`), plus those ticked on it
    (`sel`).
    """
    avant, vus = _numeros(requete.get("choix", "")), _numeros(requete.get("vus", ""))
    coches = {n for texte in requete.getlist("sel") if (n := _entier(texte))}
    return frozenset(sorted((avant - vus) | coches)[:CHOISIS_MAX])


def _numeros(texte: str) -> set[int]:
    return {n for morceau in texte.split("-") if (n := _entier(morceau))}


def _entier(texte: str | None, sinon: int = 0) -> int:
    """A small positive whole number, or `sinon`."""
    return (
        int(texte) if texte and texte.isascii() and texte.isdigit() and len(texte) < 10 else sinon
    )


def trier(dossiers, tri: str, instant: datetime):
    """The last received first, unless something else is asked; the row number settles equals."""
    cle = tri.removeprefix("-")
    if not cle:
        return dossiers.order_by(models.F("depose_le").desc(nulls_last=True), "-pk")
    nom = "numero" if cle == "numero" else COLONNES[cle].tri
    if nom in colonnes.CALCULS:
        dossiers = colonnes.calculer(dossiers, [nom], instant)
    sens = (
        models.F(nom).desc(nulls_last=True)
        if tri.startswith("-")
        else models.F(nom).asc(nulls_last=True)
    )
    return dossiers.order_by(sens, "-pk")


def chercher(dossiers, texte: str):
    """Every word in the number or the title, or in the names and numbers of the organisation.

    The word with most digits, else the longest, is looked up in the trigram indexes; the others
    among what it finds.
    """
    cherche = recherchable(texte)
    mots = [*NUMERO.findall(cherche), *NUMERO.sub(" ", cherche).split()][:MOTS_MAX]
    mots.sort(key=lambda mot: (sum(c.isdigit() for c in mot), len(mot)))
    if not mots:
        return dossiers
    *autres, rare = mots
    organismes = Partenaire.objects.filter(recherche__contains=rare).order_by().values("pk")
    siens = Dossier.objects.filter(porteur__in=organismes).order_by().values("pk")
    trouves = Dossier.objects.filter(recherche__contains=rare).order_by().values("pk").union(siens)
    dossiers = dossiers.filter(pk__in=trouves)
    for mot in autres:
        dossiers = dossiers.filter(
            models.Q(recherche__contains=mot) | models.Q(porteur__recherche__contains=mot)
        )
    return dossiers


SIMPLES = {"appel": "appel", "etat": "etat", "axe": "axe"}
LIENS = {
    "theme": ("themes", "theme"),
    "quartier": ("lieux", "quartier"),
    "commune": ("lieux", "commune"),
    "financeur": ("financements", "partenaire"),
}


def filtrer(dossiers, filtres: dict, instant: datetime):
    """Only what the filters keep."""
    for nom, champ in SIMPLES.items():
        if filtres.get(nom) and filtres[nom] != "tous":
            dossiers = dossiers.filter(**{champ: filtres[nom]})
    for nom, (table, champ) in LIENS.items():
        if filtres.get(nom):
            dossiers = dossiers.filter(
                models.Exists(
                    _liens(table).filter(dossier=models.OuterRef("pk"), **{champ: filtres[nom]})
                )
            )
    if filtres.get("attend"):
        dossiers = dossiers.filter(conditions(instant)[filtres["attend"]])
    if texte := filtres.get("q"):
        dossiers = chercher(dossiers, texte)
    if charge := filtres.get("charge"):
        dossiers = (
            dossiers.filter(charge__isnull=True)
            if charge == "aucun"
            else dossiers.filter(charge=charge)
        )
    if filtres.get("minimum") or filtres.get("maximum"):
        dossiers = colonnes.calculer(dossiers, ["demande"], instant).filter(
            demande__gte=filtres.get("minimum") or 0, demande__lte=filtres.get("maximum") or 10**15
        )
    if premier := filtres.get("premiere"):
        dossiers = colonnes.calculer(dossiers, ["est_premiere"], instant).filter(
            est_premiere=premier == "oui"
        )
    if alerte := filtres.get("alerte"):
        dossiers = alertes.en_alerte(dossiers, alerte, instant)
    return dossiers


def _liens(table: str):
    """The rows that tie dossiers to something."""
    champ = Dossier._meta.get_field(table)
    return champ.remote_field.through.objects if champ.many_to_many else champ.related_model.objects


def compter(dossiers) -> dict[str, int]:
    """How many in each state; one query."""
    comptes = dossiers.order_by().values_list("etat").annotate(n=models.Count("*"))
    return {
        Etat(etat).label: n for etat, n in sorted(comptes, key=lambda c: list(Etat).index(c[0]))
    }


def voisins(dossiers, pk: int, rang: int) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """((pk, rank) before, (pk, rank) after) of a dossier read at this rank of its list; None at the
    ends, or when the list moved meanwhile.
    """
    debut = max(rang - 1, 0)
    autour = list(dossiers.values_list("pk", flat=True)[debut : rang + 2])
    if pk not in autour:
        return None, None
    place = autour.index(pk)
    avant = (autour[place - 1], debut + place - 1) if place else None
    apres = (autour[place + 1], debut + place + 1) if place + 1 < len(autour) else None
    return avant, apres
