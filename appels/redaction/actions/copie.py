"""The answers of a dossier carried to another one.

A correction takes all of them, a new year what still applies.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import models

from appels.models import (
    Beneficiaires,
    Benevolat,
    ChoixDeLigne,
    CoordonneesBancaires,
    Dossier,
    Financement,
    Indicateur,
    Lieu,
    LigneBudget,
    MoyenHumain,
    PartDuQuartier,
    Piece,
)
from appels.socle.figement import TEXTES
from partenaires.socle import quarantaine

REPONSES = (*TEXTES, "axe")
CHOIX = ("objectifs_contrat", "themes")
TABLES: tuple[type[models.Model], ...] = (
    Lieu,
    Beneficiaires,
    PartDuQuartier,
    MoyenHumain,
    Indicateur,
    LigneBudget,
    ChoixDeLigne,
    Benevolat,
)
DEMANDE = (
    "sous_poste",
    "libelle",
    "etat",
    "montant",
    "droit_commun",
    "credits_contrat",
    "commentaire",
)
DATES = ("debut_le", "fin_le")


def reponses(source: Dossier, cible: Dossier, *, sauf: Collection[str] = ()) -> None:
    """The fields of the forms, not saved yet."""
    for nom in REPONSES:
        if nom not in sauf:
            setattr(cible, nom, getattr(source, nom))


def choix(source: Dossier, cible: Dossier) -> None:
    """Objectives and themes."""
    for nom in CHOIX:
        getattr(cible, nom).set(getattr(source, nom).all())


def tables(
    source: Dossier, cible: Dossier, modeles: tuple[type[models.Model], ...] = TABLES
) -> None:
    """The same rows again: places, publics, means, indicators, accounts, hours of volunteers."""
    for modele in modeles:
        lignes = modele._default_manager.filter(dossier=source).order_by("pk")
        neuves = [_neuve(ligne, cible) for ligne in lignes]
        if modele is Lieu and cible.corrige_id != source.pk:
            _a_verifier(neuves)
        modele._default_manager.bulk_create(neuves)


def _a_verifier(lieux: Iterable[Lieu]) -> None:
    """What an agent checked of a place holds for a correction only."""
    for lieu in lieux:
        lieu.verifie_le = None
        lieu.verifie_par = None


def _neuve(ligne: Any, cible: Dossier) -> Any:
    """The same row for another dossier, not saved yet."""
    ligne.pk = None
    ligne._state.adding = True
    ligne.dossier = cible
    return ligne


def demandes(source: Dossier, cible: Dossier, financements: Iterable[Financement]) -> None:
    """The requests to these funders, without what was decided."""
    Financement.objects.bulk_create(
        Financement(
            dossier=cible,
            partenaire_id=financement.partenaire_id,
            **{champ: getattr(financement, champ) for champ in DEMANDE},
        )
        for financement in financements
    )


def pieces(source: Dossier, cible: Dossier) -> None:
    """The documents and the bank coordinates, each with its date and its author.

    The stored file is shared.
    """
    for ancienne in source.pieces.presentes():
        piece(ancienne, cible).save()
    coordonnees(source, cible)


def piece(ancienne: Piece, cible: Dossier) -> Piece:
    """The same file in another dossier, not saved yet. Raises `FichierRetenu` once it is erased.

    What an agent found of it holds for a correction only.
    """
    quarantaine.tenir(str(ancienne.fichier.name))
    if cible.corrige_id != ancienne.dossier_id:
        ancienne.conformite = ""
        ancienne.conformite_motif = ""
        ancienne.conformite_le = None
        ancienne.conformite_par = None
    return _neuve(ancienne, cible)


def coordonnees(source: Dossier, cible: Dossier) -> None:
    """The account to credit, still encrypted, unless the other dossier has one."""
    connues = CoordonneesBancaires.objects.filter(dossier=source).first()
    if connues and not CoordonneesBancaires.objects.filter(dossier=cible).exists():
        _neuve(connues, cible).save()
