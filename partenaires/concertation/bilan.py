"""The synthesis of a consultation: its numbers are counted from its rows, never typed (H10)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from partenaires.models import (
    Consultation,
    Contribution,
    EtatParole,
    Recours,
    SourceParole,
    Suite,
    TypeParole,
)
from partenaires.models.contribution import ContributionQuerySet
from partenaires.models.etats_des_paroles import ECARTEES, PUBLIQUES, REPONDUES
from quartiers.dates import ecrire_une_date
from quartiers.horloge import a_paris

Part = tuple[str, int]  # words, how many
SANS_QUARTIER = "Plusieurs quartiers, ou aucun"
SANS_THEME = "Sans thème"


@dataclass(frozen=True)
class Bilan:
    """Every number that the synthesis says; each list adds up to `publiques`."""

    recues: int  # everything that came, whatever became of it
    publiques: int
    en_attente: int  # received, read by nobody yet
    ecartees: int  # refused or masked, each with its reason
    retirees: int  # by their author
    repondues: int
    recours: int  # of those put aside, contested and not decided yet
    hors_ligne: int  # among the public ones
    types: list[Part]
    quartiers: list[Part]
    sources: list[Part]
    issues: list[Part]
    themes: list[Part]

    @property
    def attendent(self) -> int:
        """Still to be read, answered, or decided again: what is not over."""
        return self.en_attente + self.publiques - self.repondues + self.recours


def compter(consultation: Consultation) -> Bilan:
    """Counted in one query."""
    contestee = Exists(Recours.objects.en_attente().filter(contribution=OuterRef("pk")))
    siennes = Contribution.objects.filter(consultation=consultation).annotate(contestee=contestee)
    lues = siennes.values_list(
        "etat", "type", "source", "quartier__nom", "theme", "contestee", named=True
    )
    etats: Counter[str] = Counter()
    publiques = []
    recours = 0
    for parole in lues.order_by("quartier__nom", "theme", "pk"):
        etats[parole.etat] += 1
        recours += parole.contestee and parole.etat in ECARTEES
        if parole.etat in PUBLIQUES and consultation.publiee_le:
            publiques.append(parole)
    return Bilan(
        recues=sum(etats.values()),
        publiques=len(publiques),
        en_attente=etats[EtatParole.RECUE],
        ecartees=sum(etats[etat] for etat in ECARTEES),
        retirees=etats[EtatParole.RETIREE],
        repondues=sum(parole.etat in REPONDUES for parole in publiques),
        recours=recours,
        hors_ligne=sum(parole.source != SourceParole.EN_LIGNE for parole in publiques),
        types=_dans_l_ordre(TypeParole.choices, (parole.type for parole in publiques)),
        quartiers=_tels_quels((parole.quartier__nom or "" for parole in publiques), SANS_QUARTIER),
        sources=_dans_l_ordre(SourceParole.choices, (parole.source for parole in publiques)),
        issues=_dans_l_ordre(
            [(etat.value, str(etat.label)) for etat in PUBLIQUES],
            (parole.etat for parole in publiques),
        ),
        themes=_par_nombre((parole.theme for parole in publiques), SANS_THEME),
    )


def _dans_l_ordre(choix: Iterable[tuple[str, str]], valeurs: Iterable[str]) -> list[Part]:
    """Every value of a list, zero said too."""
    comptes = Counter(valeurs)
    return [(str(libelle), comptes[valeur]) for valeur, libelle in choix]


def _tels_quels(valeurs: Iterable[str], vide: str) -> list[Part]:
    """In the order they come, what is not said last."""
    comptes = Counter(valeurs)
    dits = [(valeur, nombre) for valeur, nombre in comptes.items() if valeur]
    return [*dits, (vide, comptes[""])] if comptes[""] else dits


def _par_nombre(valeurs: Iterable[str], vide: str) -> list[Part]:
    """The most said first."""
    parts = _tels_quels(valeurs, vide)
    return sorted(parts, key=_rang)


def _rang(part: Part) -> tuple[bool, int, str]:
    return part[0] == SANS_THEME, -part[1], part[0]


def paroles(consultation: Consultation) -> ContributionQuerySet:
    """Every public contribution with its answer and its steps, the first said first."""
    return (
        Contribution.objects.publiques()
        .filter(consultation=consultation)
        .select_related("consultation", "quartier", "axe", "reponse")
        .prefetch_related("suites")
        .order_by("recue_le", "pk")
    )


ENTETES = (
    "Numéro",
    "Type",
    "Quartier",
    "Axe",
    "Source",
    "Publiée le",
    "Auteur ou autrice",
    "Titre",
    "Texte",
    "Thème",
    "Ce qu’elle devient",
    "Réponse",
    "Transmise à",
    "Signée par",
    "Répondue le",
    "Étapes",
)


def lignes(consultation: Consultation) -> Iterable[tuple[object, ...]]:
    """The rows of the file: one a public contribution, with its answer beside it."""
    for parole in paroles(consultation).iterator(chunk_size=500):
        yield _ligne(parole)


def _ligne(parole: Contribution) -> tuple[object, ...]:
    reponse = getattr(parole, "reponse", None) if parole.est_repondue else None
    return (
        parole.pk,
        parole.get_type_display(),
        parole.quartier.nom if parole.quartier else "",
        parole.axe.nom if parole.axe else "",
        parole.get_source_display(),
        _jour(parole.publiee_le),
        parole.auteur,
        parole.titre,
        parole.texte,
        parole.theme,
        parole.get_etat_display(),
        reponse.texte if reponse else "",
        reponse.transmise_a if reponse else "",
        reponse.signature if reponse else "",
        _jour(reponse.le) if reponse else "",
        " ; ".join(_etape(suite) for suite in parole.suites.all()),
    )


def _jour(instant: datetime | None) -> str:
    return ecrire_une_date(a_paris(instant).date()) if instant else ""


def _etape(suite: Suite) -> str:
    return f"{ecrire_une_date(suite.date)}, {suite.get_etape_display().lower()} : {suite.texte}"
