"""« Suis-je dans un QPV ? » by the name of a street, when an index of streets is loaded."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Min, Q

from quartiers.francais import recherchable
from quartiers.memoire import Garde
from quartiers.models import Commune, NumeroDeVoie, Quartier, Voie
from quartiers.ressemblance import mots, parmi
from quartiers.situation import EN_LIMITE, distance

VOIES_MAX = 8  # streets answered at once
NUMERO = re.compile(r"^(\d{1,4}) ?(bis|ter|quater|[a-d])?(?= |$)")
SEPARE = re.compile(r"[,;|]|\b\d{5}\b")  # a comma, a postal code
ABREGES = {"bd": "boulevard", "bld": "boulevard", "st": "saint", "ste": "sainte", "rte": "route"}
# What every street is called: alone, these words say nothing of which one
GENRES_DE_VOIE = frozenset(
    (
        *("allee", "avenue", "boulevard", "chemin", "cite", "cours", "cour", "impasse"),
        *("passage", "place", "quai", "residence", "route", "rue", "ruelle", "sentier", "square"),
    )
)

est_charge = Garde(Voie.objects.exists).lire
"""True when streets can be asked."""


@dataclass(frozen=True)
class Demande:
    """What somebody typed, read: « 12 bis rue des Lilas, Arras »."""

    mots: list[str]
    numero: int | None = None
    repetition: str = ""
    commune: Commune | None = None


@dataclass(frozen=True)
class Trouvee:
    """A street and its answer; `point`: the number asked, when it is known."""

    voie: Voie
    phrase: str
    verdict: str  # « dedans », « limite », « dehors », or « partagee »: it crosses an edge
    quartier: Quartier
    point: NumeroDeVoie | None = None
    numero_inconnu: str = ""

    @property
    def demande_son_numero(self) -> bool:
        return self.verdict == "partagee"


def lire(texte: str, communes: Iterable[Commune]) -> list[Demande]:
    """What it may mean: a street, its number before it, its commune after or before; both may be
    missing.

    A commune is sure beside a comma or a postal code. Else the words at an end may be those of a
    street that bears its name: both are meant, and the street alone where only « rue » would be
    left.
    """
    noms = {
        recherchable(nom): commune for commune in communes for nom in (commune.nom, str(commune))
    }
    rue, sure = _sans_la_commune(texte, noms)
    entiere = _demande(_complet(rue), sure)
    if sure:
        return [entiere]
    bordees = [_demande(reste, commune) for reste, commune in _bords(_complet(rue), noms)]
    return [entiere, *(une for une in bordees if not GENRES_DE_VOIE.issuperset(une.mots))]


def _sans_la_commune(texte: str, noms: dict[str, Commune]) -> tuple[str, Commune | None]:
    """(the street, the commune that a comma or a postal code sets apart, last or first)."""
    morceaux = [morceau for morceau in SEPARE.split(texte) if morceau.strip()]
    for rang in (-1, 0):
        if len(morceaux) > 1 and (commune := noms.get(_complet(morceaux[rang]))):
            del morceaux[rang]
            return " ".join(morceaux), commune
    return texte, None


def _bords(propre: str, noms: dict[str, Commune]) -> Iterator[tuple[str, Commune]]:
    """(what is left, the commune) where its name ends the words, then where it begins them; the
    longest name of each: « Saint-Laurent-Blangy », and not « Blangy ».
    """
    par_longueur = sorted(noms, key=len, reverse=True)
    fin = next((nom for nom in par_longueur if propre.endswith(f" {nom}")), "")
    if fin:
        yield propre.removesuffix(fin), noms[fin]
    debut = next((nom for nom in par_longueur if propre.startswith(f"{nom} ")), "")
    if debut:
        yield propre.removeprefix(debut).strip(), noms[debut]


def _demande(propre: str, commune: Commune | None) -> Demande:
    """A street in its words, its number read before it."""
    if lu := NUMERO.match(propre):
        rue = propre[lu.end() :].strip()
        return Demande(mots(rue), int(lu[1]), lu[2] or "", commune)
    return Demande(mots(propre), commune=commune)


def _complet(texte: str) -> str:
    """Its words, those cut short written whole, without its postal code."""
    propre = recherchable(SEPARE.sub(" ", texte))
    return " ".join(ABREGES.get(mot, mot) for mot in propre.split())


def chercher(lectures: list[Demande]) -> list[Trouvee]:
    """The streets that answer, each with its own; those typed without error alone, if any."""
    lues: dict[int, Any] = {}
    for demande in lectures:
        for voie in _voies(demande):
            lues.setdefault(voie.pk, voie)
    if not lues:
        return []
    exactes = [voie for voie in lues.values() if not voie.ecart]
    gardees = (exactes or list(lues.values()))[:VOIES_MAX]
    numerotee = next((lue for lue in lectures if lue.numero is not None), lectures[0])
    return repondre(gardees, numerotee.numero, numerotee.repetition)


def _voies(demande: Demande) -> list[Any]:
    """The streets of one reading, with `ecart`."""
    if not demande.mots:
        return []
    voies = parmi(Voie.objects.select_related("commune"), "recherche", demande.mots)
    if demande.commune:
        voies = voies.filter(commune=demande.commune)
    return list(voies.order_by("ecart", "recherche", "pk")[:VOIES_MAX])


def repondre(voies: list[Voie], numero: int | None = None, repetition: str = "") -> list[Trouvee]:
    """Two queries, however many streets."""
    ensembles = _ensembles(voies)
    trouvees = [_toute_la_voie(voie, ensembles[voie.pk]) for voie in voies if ensembles[voie.pk]]
    if numero is None:
        return trouvees
    points = {
        point.voie_id: point
        for point in NumeroDeVoie.objects.filter(
            voie__in=voies, numero=numero, repetition=repetition
        ).select_related("quartier")
    }
    ecrit = f"{numero} {repetition}".strip()
    return [
        _un_numero(trouvee, points[trouvee.voie.pk])
        if trouvee.voie.pk in points
        else replace(trouvee, numero_inconnu=ecrit)
        for trouvee in trouvees
    ]


@dataclass(frozen=True)
class _Ensemble:
    """The numbers of a street near one quartier."""

    quartier: Quartier
    dedans: int
    limite: int
    dehors: int
    metres: int


def _ensembles(voies: list[Voie]) -> dict[int, list[_Ensemble]]:
    """{street: its numbers, by the quartier that holds them or is the nearest}."""
    pres_du_bord = Q(metres__lt=EN_LIMITE)
    comptes = (
        NumeroDeVoie.objects.filter(voie__in=voies)
        .order_by()
        .values("voie", "quartier")
        .annotate(
            dedans=Count("pk", filter=Q(est_dedans=True) & ~pres_du_bord),
            limite=Count("pk", filter=pres_du_bord),
            dehors=Count("pk", filter=Q(est_dedans=False) & ~pres_du_bord),
            plus_pres=Min("metres"),
        )
    )
    lus = list(comptes)
    quartiers = Quartier.objects.defer("contour").in_bulk({lu["quartier"] for lu in lus})
    ensembles: dict[int, list[_Ensemble]] = defaultdict(list)
    for lu in lus:
        ensembles[lu["voie"]].append(
            _Ensemble(
                quartiers[lu["quartier"]], lu["dedans"], lu["limite"], lu["dehors"], lu["plus_pres"]
            )
        )
    return ensembles


def _toute_la_voie(voie: Voie, ensembles: list[_Ensemble]) -> Trouvee:
    """One answer for all of its numbers, when there is one."""
    entiers = [ensemble for ensemble in ensembles if ensemble.dedans]
    coupes = [ensemble for ensemble in ensembles if ensemble.limite or ensemble.dehors]
    touches = [ensemble for ensemble in ensembles if ensemble.dedans or ensemble.limite]
    if len(entiers) == 1 and not coupes:
        quartier = entiers[0].quartier
        return Trouvee(
            voie, f"Toute la rue est dans le quartier {quartier} (indicatif).", "dedans", quartier
        )
    if not touches:
        proche = min(ensembles, key=_metres)
        return Trouvee(
            voie,
            f"Hors quartier prioritaire, à {distance(proche.metres)} au plus près du bord de "
            f"{proche.quartier} (indicatif).",
            "dehors",
            proche.quartier,
        )
    quartier = touches[0].quartier
    return Trouvee(
        voie,
        f"Cette rue passe au bord du quartier {quartier} : la réponse dépend du numéro.",
        "partagee",
        quartier,
    )


def _metres(ensemble: _Ensemble) -> int:
    return ensemble.metres


def _un_numero(trouvee: Trouvee, point: NumeroDeVoie) -> Trouvee:
    """The answer of one number."""
    quartier = point.quartier
    loin = distance(point.metres)
    if point.metres < EN_LIMITE:
        verdict, phrase = "limite", f"En limite du quartier {quartier} : à vérifier (indicatif)."
    elif point.est_dedans:
        verdict, phrase = (
            "dedans",
            f"Dans le quartier {quartier}, à {loin} de son bord (indicatif).",
        )
    else:
        verdict = "dehors"
        phrase = f"Hors quartier prioritaire, à {loin} du bord de {quartier} (indicatif)."
    return Trouvee(trouvee.voie, phrase, verdict, quartier, point)
