"""Rows as they are: to know that nobody touched them since, and to give them back as they were.

An action taken over is its dossier, its places, its requests, the decisions on them and what of
them is public.
"""

import hashlib
import json
from collections.abc import Collection
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from appels.models import DecisionPrise, Dossier, Financement, Lieu, Publication, Soutien

Rangee = dict[str, Any]  # {column: value}, in JSON
# Each table with its way to the dossier: those that stand on others come after them.
TABLES: tuple[tuple[type[models.Model], str], ...] = (
    (Dossier, "pk"),
    (Lieu, "dossier"),
    (Financement, "dossier"),
    (DecisionPrise, "financement__dossier"),
    (Publication, "prise__financement__dossier"),
)
# What a release changes is not what somebody touched.
COMPTEES = tuple(modele._meta.label for modele, _ in TABLES if modele is not Publication)
Etats = dict[str, dict[str, list[Rangee]]]  # {dossier: {table: rows}}


def etats(dossiers: Collection[int]) -> Etats:
    """Every row of these actions, in as many queries as there are tables."""
    lus: Etats = {}
    for pk in dossiers:
        lus[str(pk)] = {modele._meta.label: [] for modele, _ in TABLES}
    for modele, chemin in TABLES:
        rangees = modele._base_manager.filter(**{f"{chemin}__in": list(dossiers)}).order_by("pk")
        noms = [champ.attname for champ in modele._meta.concrete_fields]
        for valeurs in rangees.annotate(de=models.F(chemin)).values("de", *noms):
            a_qui = str(valeurs.pop("de"))
            lus[a_qui][modele._meta.label].append(json.loads(_en_json(valeurs)))
    return lus


def _en_json(valeurs: Any) -> str:
    return json.dumps(valeurs, cls=DjangoJSONEncoder, sort_keys=True)


def empreinte(etat: dict[str, list[Rangee]]) -> str:
    """An action in one word; what is public of it left out."""
    comptees = {table: rangees for table, rangees in etat.items() if table in COMPTEES}
    return hashlib.sha256(_en_json(comptees).encode()).hexdigest()


def remettre(dossiers: Collection[int], avant: Etats) -> None:
    """Give these actions back as `avant` says; those that it does not name go.

    Who refers to a row that stays keeps it: rows are written in place.
    """
    for modele, chemin in reversed(TABLES):
        gardees = [
            rangee["id"] for etat in avant.values() for rangee in etat.get(modele._meta.label, [])
        ]
        siennes = modele._default_manager.filter(**{f"{chemin}__in": list(dossiers)})
        siennes.exclude(pk__in=gardees).delete()
    for modele, _ in TABLES:
        for etat in avant.values():
            for rangee in etat.get(modele._meta.label, []):
                _ecrire(modele, rangee)


def _ecrire(modele: type[models.Model], rangee: Rangee) -> None:
    """The row as it was, in place when it is still there."""
    valeurs = {
        champ.attname: champ.to_python(rangee[champ.attname])
        for champ in modele._meta.concrete_fields
        if champ.attname in rangee
    }
    objet = modele(**valeurs)
    objet._state.adding = not modele._base_manager.filter(pk=objet.pk).exists()
    objet.save()


def autres_liens(modele: type[models.Model], cles: Collection[int]) -> dict[int, str]:
    """{row: what refers to it from elsewhere}: deleting it would take that too.

    One query a table that may refer to it, however many rows.
    """
    siennes = {sien for sien, _ in TABLES if sien is not Dossier} | {Soutien}
    trouves: dict[int, str] = {}
    for lien in modele._meta.get_fields(include_hidden=True):
        if not (lien.auto_created and (lien.one_to_many or lien.one_to_one)):
            continue
        autre: Any = lien.related_model
        if autre in siennes:
            continue
        champ = lien.field.attname  # type: ignore[union-attr]
        liees = autre._base_manager.filter(**{f"{champ}__in": list(cles)})
        for cle in liees.values_list(champ, flat=True).distinct():
            trouves[cle] = str(autre._meta.verbose_name)
    return trouves
