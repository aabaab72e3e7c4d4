"""Totals kept for each choice of filters: counted from the projects, added to and taken from."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from appels.models import Cumul
from appels.models.soutien import DIMENSIONS, MESURES
from appels.socle.faits import Fait
from appels.socle.lots import LOT, par_lots

Choix = tuple[int, ...]  # a value by dimension, zero for all
Compte = Counter[str]  # by measure
RIEN: Compte = Counter()


def compter(faits: Iterable[Fait]) -> dict[Choix, Compte]:
    """{choice of filters: what is counted}, for every choice that one of these projects answers."""
    comptes: dict[Choix, Compte] = defaultdict(Counter)
    for fait in faits:
        accords: Counter[int] = Counter()
        for part in fait.parts:
            if part.est_accordee and part.financeur:
                accords[part.financeur] += part.montant
        estimes = dict(fait.quartiers)
        for choix in choix_de(fait):
            financeur = choix[DIMENSIONS.index("financeur")]
            quartier = choix[DIMENSIONS.index("quartier")]
            compte = comptes[choix]
            compte["nombre"] += 1
            compte["accordes"] += fait.est_accorde
            compte["montant"] += fait.total
            compte["accordes_du_financeur"] += financeur in accords
            compte["montant_du_financeur"] += accords.get(financeur, 0)
            compte["montant_du_quartier"] += estimes.get(quartier, 0)
    return comptes


def choix_de(fait: Fait) -> Iterator[Choix]:
    """Every choice of filters that keeps this project."""
    valeurs = [
        [fait.annee],
        [fait.axe or 0],
        [quartier for quartier, _ in fait.quartiers],
        fait.communes,
        fait.objectifs,
        sorted({part.financeur or 0 for part in fait.parts}),
    ]
    return product(*({0, *presentes} for presentes in valeurs))


def cle(choix: Choix) -> str:
    """The row of `Cumul` of a choice."""
    return "-".join(map(str, choix))


def recompter(ajouts: dict[Choix, Compte], retraits: dict[Choix, Compte]) -> None:
    """Add and take away in the totals kept; under the lock of the parution."""
    touches = {cle(choix): choix for choix in {*ajouts, *retraits}}
    cumuls: dict[str, Cumul] = {}
    for lot in par_lots(list(touches)):
        cumuls |= Cumul.objects.in_bulk(lot)
    for nom, choix in touches.items():
        cumul = cumuls.setdefault(nom, _cumul_vide(choix))
        for mesure in MESURES:
            ecart = ajouts.get(choix, RIEN)[mesure] - retraits.get(choix, RIEN)[mesure]
            setattr(cumul, mesure, getattr(cumul, mesure) + ecart)
    vides = [nom for nom, cumul in cumuls.items() if not cumul.nombre]
    for lot in par_lots(vides):
        Cumul.objects.filter(cle__in=lot).delete()
    Cumul.objects.bulk_create(
        [cumul for cumul in cumuls.values() if cumul.nombre],
        update_conflicts=True,
        unique_fields=["cle"],
        update_fields=MESURES,
        batch_size=LOT,
    )


def _cumul_vide(choix: Choix) -> Cumul:
    valeurs = dict(zip(DIMENSIONS, choix, strict=True))
    return Cumul(cle=cle(choix), choisies=sum(map(bool, choix)), **valeurs)


def refaire(attendus: dict[Choix, Compte]) -> list[str]:
    """Each kept total beside what the projects make."""
    justes = {
        cle(choix): {mesure: compte[mesure] for mesure in MESURES}
        for choix, compte in attendus.items()
    }
    gardes = {garde.pop("cle"): garde for garde in Cumul.objects.values("cle", *MESURES)}
    faux = [nom for nom in sorted({*justes, *gardes}) if gardes.get(nom) != justes.get(nom)]
    if not faux:
        return []
    Cumul.objects.all().delete()
    cumuls = [_cumul_vide(choix) for choix in attendus]
    for cumul in cumuls:
        for mesure, valeur in justes[cumul.cle].items():
            setattr(cumul, mesure, valeur)
    Cumul.objects.bulk_create(cumuls, batch_size=LOT)
    return [f"Total {nom} : différait." for nom in faux]
