"""A file of past years is kept and read; persons say what it holds. Nothing else is written."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from appels.models import AncienQuartier, Reprise
from appels.models.reprise import RepriseAilleurs
from appels.reprises.colonnes import VOCABULAIRE, manquent
from appels.reprises.lieux import Geographie, cle_de_quartier
from appels.reprises.lignes import Ligne, lire_les_lignes
from appels.reprises.plan import Plan, prevoir
from appels.reprises.rattachements import Annuaire, Rattachements
from appels.socle import droits, feuilles
from appels.socle.feuilles import Feuille
from partenaires.models import Utilisateur
from partenaires.socle.refus import AuMemeInstant, Refus
from quartiers.models import Quartier


class ColonnesADire(Refus):
    """No line can be read: something is in no column."""

    def __init__(self, absents: list[str]):
        self.absents = absents
        super().__init__(f"Le portail ne trouve pas : {', '.join(absents)}.")


@transaction.atomic
def recevoir(nom: str, octets: bytes, *, par: Utilisateur, recu_le: datetime) -> Reprise:
    """The file kept, or the one that is the same: given twice, by two persons at once too.

    What was said before of columns and of names is known for this one. Raises
    `feuilles.FichierIllisible`.
    """
    droits.peut_preparer_une_reprise.exiger(par)
    sha256 = hashlib.sha256(octets).hexdigest()
    if connue := Reprise.objects.vives().filter(sha256=sha256).first():
        return connue
    derniere = Reprise.objects.exclude(colonnes={}).first()
    connues = derniere.colonnes if derniere else {}
    texte = feuilles.en_texte(octets, connues, VOCABULAIRE)
    feuilles.lire(texte, connues, VOCABULAIRE)
    try:
        with transaction.atomic():
            return Reprise.objects.create(
                nom=nom[:120],
                contenu=texte,
                sha256=sha256,
                colonnes=connues,
                rattachements=_decides_avant(),
                par=par,
                le=recu_le,
            )
    except IntegrityError:  # somebody gave it meanwhile
        return Reprise.objects.vives().get(sha256=sha256)


def _decides_avant() -> dict[str, dict[str, Any]]:
    """What persons said of names in the last file: an organisation stays the same; one to create,
    or to leave aside, was of that file."""
    derniere = Reprise.objects.exclude(rattachements={}).first()
    avant = derniere.rattachements if derniere else {}
    return {
        sorte: {cle: mot for cle, mot in mots.items() if isinstance(mot, int)}
        for sorte, mots in avant.items()
    }


def _verrouiller(reprise: Reprise) -> Reprise:
    """The same, locked, while it may still be prepared. Raises `RepriseAilleurs`."""
    tenue = Reprise.objects.select_for_update(of=("self",)).get(pk=reprise.pk)
    if not tenue.est_lue:
        raise RepriseAilleurs(tenue.entre_temps())
    return tenue


@transaction.atomic
def dire_les_colonnes(
    reprise: Reprise, choix: Mapping[str, str], pour_tout: Mapping[str, str], *, par: Utilisateur
) -> None:
    """What each header holds, kept for the next files too, and what the whole file is about.

    Raises `RepriseAilleurs`, and `AuMemeInstant` when somebody said others since `reprise` was
    read.
    """
    droits.peut_preparer_une_reprise.exiger(par)
    tenue = _verrouiller(reprise)
    if (tenue.colonnes, tenue.pour_tout) != (reprise.colonnes, reprise.pour_tout):
        raise AuMemeInstant
    tenue.colonnes = {**tenue.colonnes, **choix}
    tenue.pour_tout = dict(pour_tout)
    tenue.save(update_fields=["colonnes", "pour_tout"])


@transaction.atomic
def rattacher(
    reprise: Reprise, decides: Mapping[str, Mapping[str, Any]], *, par: Utilisateur
) -> None:
    """What names of the file are here, as this person says; None takes back what was said. Raises
    `RepriseAilleurs`.
    """
    droits.peut_preparer_une_reprise.exiger(par)
    tenue = _verrouiller(reprise)
    rattachements: dict[str, dict[str, Any]] = {}
    for sorte in {**tenue.rattachements, **decides}:
        mots = {**tenue.rattachements.get(sorte, {}), **decides.get(sorte, {})}
        rattachements[sorte] = {cle: mot for cle, mot in mots.items() if mot is not None}
    tenue.rattachements = rattachements
    tenue.save(update_fields=["rattachements"])


@transaction.atomic
def dire_les_quartiers(
    dits: Mapping[str, Quartier | None],
    *,
    par: Utilisateur,
    recu_le: datetime,
    a_redire: Iterable[str] = (),
) -> None:
    """{name in the files: the quartier of 2024 that it is, or None: « ancien quartier »}, for all
    files to come; those `a_redire` are decided no more. What is written already stays."""
    droits.peut_preparer_une_reprise.exiger(par)
    cles = [cle_de_quartier(nom) for nom in a_redire]
    AncienQuartier.objects.filter(cle__in=cles).delete()
    for nom, quartier in dits.items():
        AncienQuartier.objects.update_or_create(
            cle=cle_de_quartier(nom),
            defaults={"nom": nom[:120], "quartier": quartier, "par": par, "le": recu_le},
        )


def feuille_de(reprise: Reprise) -> tuple[Feuille, dict[str, int]]:
    """The sheet, and the column of each thing that it says. Raises `feuilles.FichierIllisible`."""
    feuille = feuilles.lire(reprise.contenu, reprise.colonnes, VOCABULAIRE)
    return feuille, feuilles.colonnes(feuille.entetes, reprise.colonnes, VOCABULAIRE)


def absents(reprise: Reprise) -> list[str]:
    """What no column says yet, by name."""
    return manquent(feuille_de(reprise)[1], reprise.pour_tout)


def lignes_de(reprise: Reprise) -> list[Ligne]:
    """Every line of the file. Raises `ColonnesADire`."""
    feuille, colonnes = feuille_de(reprise)
    if noms := manquent(colonnes, reprise.pour_tout):
        raise ColonnesADire(noms)
    return lire_les_lignes(feuille, colonnes, reprise.pour_tout, reprise.le.year)


def rattachements_de(reprise: Reprise) -> Rattachements:
    """What its names are here, as far as numbers and persons say."""
    return Rattachements(reprise.rattachements, Annuaire())


def plan_de(reprise: Reprise) -> Plan:
    """What it would write now, line by line. Raises `ColonnesADire`."""
    return prevoir(lignes_de(reprise), rattachements_de(reprise), Geographie())
