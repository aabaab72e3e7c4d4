"""Each day of the logs in one SHA-256 that holds the one before: whoever keeps a head sees later
what was changed, taken away, slipped in or cut.

A number that is missing is not a fault: an act that was refused leaves one. So a seal says which
numbers were missing when it was made; a line that was being written at that instant is told by the
next seal, as late.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldError
from django.db import IntegrityError, models, transaction

from quartiers.francais import accorder
from quartiers.horloge import a_paris
from quartiers.models import Sceau, SeulAjout
from quartiers.models.journalise import en_json

PAR_LOT = 2000  # lines read at once
REPERE = 12  # figures of the SHA-256 of a line kept to find it: the seal itself is what proves
ATTENTE = timedelta(days=2)  # a line that no seal holds after that long is a fault
ORIGINE = "0" * 64  # before the first seal


@dataclass(frozen=True)
class Lu:
    """What a table holds between two keys."""

    cles: list[int]
    reperes: str
    empreinte: str


def journaux() -> list[type[SeulAjout]]:
    """Every log of the portal, in a fixed order; the seals are their own chain."""
    tous = [m for m in apps.get_models() if issubclass(m, SeulAjout) and m is not Sceau]
    return sorted(tous, key=_etiquette)


def _etiquette(modele: type[models.Model]) -> str:
    return modele._meta.label


def canonique(valeur: Any) -> str:
    """The same text for the same content, on any machine."""
    return json.dumps(valeur, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(texte: str) -> str:
    return hashlib.sha256(texte.encode()).hexdigest()


# --- Seal ---------------------------------------------------------------------------------------
def sceller(jour: date, *, fait_le: datetime) -> Sceau | None:
    """The seal of everything written since the last one, once a day.

    None when that day is already sealed, when another worker seals it, or when nothing was written.
    """
    dernier = Sceau.objects.last()
    if dernier and dernier.jour >= jour:
        return None
    avant = json.loads(dernier.corps)["tables"] if dernier else {}
    tables, reperes = {}, {}
    for modele in journaux():
        nom = _etiquette(modele)
        tables[nom], reperes[nom] = _decrire(modele, avant.get(nom))
    if not any(table["nombre"] for table in tables.values()):
        return None
    corps = canonique(
        {
            "jour": jour.isoformat(),
            "precedent": dernier.tete if dernier else ORIGINE,
            "tables": tables,
        }
    )
    try:
        with transaction.atomic():
            return Sceau.objects.create(
                jour=jour, corps=corps, tete=sha256(corps), reperes=reperes, fait_le=fait_le
            )
    except IntegrityError:
        return None


def _decrire(modele: type[SeulAjout], avant: dict[str, Any] | None) -> tuple[dict[str, Any], str]:
    """What the seal says of one table, and the marks of its lines."""
    colonnes = [champ.attname for champ in modele._meta.concrete_fields]
    fin = avant["a"] if avant else 0
    attendues = _cles(avant["manquantes"]) if avant else []
    tardives = list(_lignes(modele).filter(pk__in=attendues).values_list("pk", flat=True))
    nouvelles = list(_lignes(modele).filter(pk__gt=fin).values_list("pk", flat=True))
    lu = _lire(modele, colonnes, [*tardives, *nouvelles])
    derniere = nouvelles[-1] if nouvelles else fin
    dit = {
        "colonnes": colonnes,
        "de": fin + 1,
        "a": derniere,
        "nombre": len(lu.cles),
        "manquantes": _intervalles(_absentes(fin + 1, derniere, nouvelles)),
        "tardives": tardives,
        "empreinte": lu.empreinte,
    }
    return dit, lu.reperes


def _lignes(modele: type[SeulAjout]) -> models.QuerySet[Any]:
    return modele._base_manager.order_by("pk")


def _lire(modele: type[SeulAjout], colonnes: list[str], cles: Iterable[int]) -> Lu:
    """The lines of these keys, in the order of keys, hashed one after the other."""
    resume = hashlib.sha256()
    trouvees: list[int] = []
    reperes: list[str] = []
    for lot in _par_lots(sorted(cles)):
        for ligne in _lignes(modele).filter(pk__in=lot).values_list("pk", *colonnes):
            texte = canonique([en_json(valeur) for valeur in ligne[1:]])
            resume.update(texte.encode() + b"\n")
            reperes.append(sha256(texte)[:REPERE])
            trouvees.append(ligne[0])
    return Lu(trouvees, "".join(reperes), resume.hexdigest())


def _par_lots(cles: list[int]) -> Iterator[list[int]]:
    for debut in range(0, len(cles), PAR_LOT):
        yield cles[debut : debut + PAR_LOT]


def _absentes(de: int, a: int, presentes: Iterable[int]) -> list[int]:
    la = set(presentes)
    return [cle for cle in range(de, a + 1) if cle not in la]


def _intervalles(cles: list[int]) -> list[list[int]]:
    """[3, 4, 5, 9] → [[3, 5], [9, 9]]."""
    intervalles: list[list[int]] = []
    for cle in cles:
        if intervalles and intervalles[-1][1] == cle - 1:
            intervalles[-1][1] = cle
        else:
            intervalles.append([cle, cle])
    return intervalles


def _cles(intervalles: list[list[int]]) -> list[int]:
    """Every key of these closed intervals."""
    cles: list[int] = []
    for de, a in intervalles:
        cles += range(de, a + 1)
    return cles


# --- Verify -------------------------------------------------------------------------------------
def verifier(*, tete: str = "", maintenant: datetime) -> list[str]:
    """What differs from the seals, in French, in the order of days; empty when all holds.

    `tete`: a head kept outside, which the chain must still hold.
    """
    ecarts: list[str] = []
    precedent = ORIGINE
    fins: dict[str, int] = {}
    sceaux = list(Sceau.objects.order_by("jour", "pk"))
    tous = [_corps(sceau) for sceau in sceaux]
    for rang, (sceau, corps) in enumerate(zip(sceaux, tous, strict=True)):
        ecarts += _ecarts_du_sceau(sceau, corps, precedent)
        precedent = sceau.tete
        for nom, table in corps["tables"].items():
            ecarts += _ecarts_de_la_table(sceau, nom, table, fins.get(nom, 0))
            for suivant in tous[rang + 1 : rang + 2]:
                ecarts += _intercalees(sceau, nom, table, suivant["tables"].get(nom))
            fins[nom] = table["a"]
    if tete and tete not in {sceau.tete for sceau in sceaux}:
        ecarts.append(
            "La tête donnée n’est celle d’aucun sceau : la fin du journal a été coupée, ou la "
            "chaîne a été refaite."
        )
    return ecarts + _jamais_scellees(fins, maintenant)


def _corps(sceau: Sceau) -> dict[str, Any]:
    """What the seal says; nothing when it was made unreadable, which its head then tells."""
    try:
        corps: dict[str, Any] = json.loads(sceau.corps)
    except ValueError:
        return {"jour": "", "precedent": "", "tables": {}}
    return corps


def _ecarts_du_sceau(sceau: Sceau, corps: dict[str, Any], precedent: str) -> list[str]:
    """In sentences, what is wrong with one seal: its content, its day, the one before it."""
    ecarts = []
    if sha256(sceau.corps) != sceau.tete:
        ecarts.append(f"{sceau} : son contenu a été changé, il ne correspond plus à sa tête.")
    if corps["jour"] != sceau.jour.isoformat():
        ecarts.append(f"{sceau} : sa date a été changée.")
    if corps["precedent"] != precedent:
        ecarts.append(f"{sceau} : il ne suit pas celui d’avant, un sceau manque ou a été refait.")
    return ecarts


def _ecarts_de_la_table(sceau: Sceau, nom: str, table: dict[str, Any], fin: int) -> list[str]:
    """Lines changed or taken away, and lines between two seals that none holds."""
    ecarts = []
    if table["de"] != fin + 1:
        ecarts.append(f"{sceau}, {nom} : les lignes {fin + 1} à {table['de'] - 1} sont sans sceau.")
    attendues = sorted(_attendues(table))
    try:
        lu = _lire(apps.get_model(nom), table["colonnes"], attendues)
    except (LookupError, FieldError):
        return [*ecarts, f"{sceau}, {nom} : la table n’a plus ses colonnes d’alors."]
    if lu.empreinte == table["empreinte"] and len(attendues) == table["nombre"]:
        return ecarts
    present = dict(zip(lu.cles, _decouper(lu.reperes), strict=True))
    scelles = dict(zip(attendues, _decouper(sceau.reperes.get(nom, "")), strict=False))
    trouves = []
    for cle in attendues:
        if cle not in present:
            trouves.append(f"{sceau}, {nom}, ligne {cle} : supprimée.")
        elif present[cle] != scelles.get(cle):
            trouves.append(f"{sceau}, {nom}, ligne {cle} : changée.")
    if not trouves:
        trouves.append(f"{sceau}, {nom} : le contenu ne correspond pas au sceau.")
    return [*ecarts, *trouves]


def _attendues(table: dict[str, Any]) -> set[int]:
    toutes = set(range(table["de"], table["a"] + 1))
    manquantes = set(_cles(table["manquantes"]))
    tardives = set(table["tardives"])
    return toutes - manquantes | tardives


def _decouper(reperes: str) -> list[str]:
    return [reperes[debut : debut + REPERE] for debut in range(0, len(reperes), REPERE)]


def _intercalees(
    sceau: Sceau, nom: str, table: dict[str, Any], suivant: dict[str, Any] | None
) -> list[str]:
    """Lines that took a number missing at the seal, and that the next one does not tell of."""
    dites = suivant["tardives"] if suivant else []
    vides = set(_cles(table["manquantes"])) - set(dites)
    venues = _lignes(apps.get_model(nom)).filter(pk__in=vides)
    return [
        f"{sceau}, {nom}, ligne {cle} : intercalée après coup."
        for cle in venues.values_list("pk", flat=True)
    ]


def _jamais_scellees(fins: dict[str, int], maintenant: datetime) -> list[str]:
    """Old lines after the last seal: the last seals were taken away, or nothing seals any more."""
    ecarts = []
    for modele in journaux():
        nom = _etiquette(modele)
        seules = _lignes(modele).filter(pk__gt=fins.get(nom, 0), le__lt=maintenant - ATTENTE)
        if combien := seules.count():
            ecarts.append(f"{nom} : {accorder(combien, 'ligne')} de plus de deux jours sans sceau.")
    return ecarts


def jour_a_sceller(instant: datetime) -> date:
    """The day before, in Paris."""
    return a_paris(instant).date() - timedelta(days=1)
