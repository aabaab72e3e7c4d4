"""Two people write the same part: what each one changed is put together, field by field.

Works on what forms show: {html name: text or list of texts}. A table of rows (formset) is put
together row by row; its empty rows and those about to be removed are not of it. The rules, and what
is answered to each side: docs/enregistrement.md §5.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.forms import BaseForm, BaseFormSet, CheckboxInput, Field
from django.http import QueryDict

Valeurs = dict[str, str | list[str]]
Ligne = Valeurs  # a row of a table, {name in the row: value}
RETRAITS = ("DELETE", "retirer")  # the box that takes a row away


@dataclass
class Fusion:
    """`donnees` to write; `recus` came from the others; `conflits` were changed by both sides."""

    donnees: Valeurs
    recus: Valeurs = field(default_factory=dict)
    conflits: list[str] = field(default_factory=list)


def valeurs(membres: Iterable[BaseForm | BaseFormSet]) -> Valeurs:
    """What the page would show of these forms, typed or saved: one writing for one value."""
    lues: Valeurs = {}
    for membre in membres:
        if isinstance(membre, BaseFormSet):
            lues |= _en_valeurs(f"{membre.prefix}-", _lignes_de(membre))
        else:
            lues |= {membre.add_prefix(nom): _valeur(membre, nom) for nom in membre.fields}
    return lues


def _lignes_de(table: BaseFormSet) -> list[Ligne]:
    """Its rows that say something, in order."""
    lignes = []
    for form in table.forms:
        retrait = next((nom for nom in RETRAITS if nom in form.fields), None)
        ligne = {nom: _valeur(form, nom) for nom in form.fields if nom != retrait}
        if not dit_quelque_chose(form, ligne) or (retrait and _valeur(form, retrait)):
            continue
        lignes.append(ligne)
    return lignes


def dit_quelque_chose(form: BaseForm, ligne: Ligne) -> bool:
    """Somebody typed in this row; a list that always shows a choice (`MUETS`) says nothing."""
    muets = getattr(form, "MUETS", ())
    return any(valeur for nom, valeur in ligne.items() if nom not in muets)


def _en_valeurs(prefixe: str, lignes: list[Ligne]) -> Valeurs:
    return {
        f"{prefixe}{rang}-{nom}": valeur
        for rang, ligne in enumerate(lignes)
        for nom, valeur in ligne.items()
    }


def _valeur(form: BaseForm, nom: str) -> str | list[str]:
    champ = form.fields[nom]
    lue = form[nom].value()
    if form.is_bound and nom in getattr(form, "cleaned_data", {}):
        lue = champ.prepare_value(form.cleaned_data[nom])
    return en_page(champ, lue)


def en_page(champ: Field, lue: Any) -> str | list[str]:
    """What a field of a page holds for a value: one writing for one value."""
    if isinstance(champ.widget, CheckboxInput):
        return "on" if lue else ""
    ecrite = champ.widget.format_value(lue)
    if isinstance(ecrite, list | tuple | set):
        return sorted(str(choix) for choix in ecrite if choix not in (None, ""))
    if ecrite is None:
        return ""
    return str(ecrite).replace("\r\n", "\n").strip()


def tables(membres: Iterable[BaseForm | BaseFormSet]) -> tuple[str, ...]:
    """The prefixes of the tables of rows."""
    return tuple(f"{membre.prefix}-" for membre in membres if isinstance(membre, BaseFormSet))


def fusionner(base: Valeurs, eux: Valeurs, moi: Valeurs, prefixes: tuple[str, ...]) -> Fusion:
    """Mine where I changed it, theirs where they did; a conflict keeps theirs, and says so."""
    resultat = Fusion(dict(moi))
    for unite in unites([base, eux, moi], prefixes):
        depart = extrait(base, unite, prefixes)
        autre = extrait(eux, unite, prefixes)
        mienne = extrait(moi, unite, prefixes)
        if autre in (depart, mienne):
            continue
        reunie = autre
        if mienne != depart:
            ensemble = _reunir_les_lignes(unite, depart, autre, mienne, prefixes)
            if ensemble is None:
                resultat.conflits.append(unite)
            else:
                reunie = ensemble
        for cle in mienne:
            del resultat.donnees[cle]
        resultat.donnees |= reunie
        if unite not in resultat.conflits and reunie != mienne:
            resultat.recus |= reunie
    return resultat


def unites(toutes: Iterable[Valeurs], prefixes: tuple[str, ...]) -> list[str]:
    """Each field by itself, each table as a whole."""
    return sorted({_unite(cle, prefixes) for valeurs in toutes for cle in valeurs})


def _unite(cle: str, prefixes: tuple[str, ...]) -> str:
    for prefixe in prefixes:
        if cle.startswith(prefixe):
            return prefixe
    return cle


def extrait(toutes: Valeurs, unite: str, prefixes: tuple[str, ...]) -> Valeurs:
    """What these values say of one unit."""
    if unite in prefixes:
        return _en_valeurs(unite, _lignes(toutes, unite))
    if unite in toutes:
        return {unite: toutes[unite]}
    return {}


def _lignes(toutes: Valeurs, prefixe: str) -> list[Ligne]:
    """The rows of a table, in order."""
    lignes: dict[int, Ligne] = {}
    for cle, valeur in toutes.items():
        lue = re.fullmatch(r"(\d+)-(.+)", cle.removeprefix(prefixe))
        if cle.startswith(prefixe) and lue and lue[2] not in RETRAITS:
            lignes.setdefault(int(lue[1]), {})[lue[2]] = valeur
    return [lignes[rang] for rang in sorted(lignes)]


def combien_de_lignes(toutes: Valeurs, prefixe: str) -> int:
    """How many rows of this table say something."""
    return len(_lignes(toutes, prefixe))


def _reunir_les_lignes(
    unite: str, depart: Valeurs, autre: Valeurs, mienne: Valeurs, prefixes: tuple[str, ...]
) -> Valeurs | None:
    """Two tables changed by both: the same rows field by field, then mine and theirs added.

    None when they cannot be put together: it is not a table, a row was removed, both changed the
    same field.
    """
    if unite not in prefixes:
        return None
    depuis, leurs, miennes = (_lignes(v, unite) for v in (depart, autre, mienne))
    communes = len(depuis)
    if min(len(leurs), len(miennes)) < communes:
        return None
    lignes = []
    for avant, la_leur, la_mienne in zip(depuis, leurs, miennes, strict=False):
        fusion = fusionner(avant, la_leur, la_mienne, ())
        if fusion.conflits:
            return None
        lignes.append(fusion.donnees)
    ajoutees = miennes[communes:]
    lignes += ajoutees
    lignes += [ligne for ligne in leurs[communes:] if ligne not in ajoutees]
    return _en_valeurs(unite, lignes)


def remettre_les_lignes(valeurs: Valeurs, gardees: Valeurs, table: BaseFormSet) -> None:
    """In `valeurs`, each row that cannot be read becomes what is saved; a new one waits."""
    prefixe = f"{table.prefix}-"
    sauvees = _lignes(gardees, prefixe)
    lignes = []
    rang = 0  # of the row among those that say something: the saved ones come first
    for form in table.forms:
        retrait = next((nom for nom in RETRAITS if nom in form.fields), None)
        ligne = {nom: _valeur(form, nom) for nom in form.fields if nom != retrait}
        if not dit_quelque_chose(form, ligne):
            continue
        est_lisible = not form.errors
        if est_lisible and not (retrait and _valeur(form, retrait)):
            lignes.append(ligne)
        elif not est_lisible and rang < len(sauvees):
            lignes.append(sauvees[rang])
        rang += 1
    for cle in [cle for cle in valeurs if cle.startswith(prefixe)]:
        del valeurs[cle]
    valeurs |= _en_valeurs(prefixe, lignes)


def en_envoi(donnees: Valeurs, prefixes: tuple[str, ...] = ()) -> QueryDict:
    """The same thing as a browser would post it."""
    envoi = QueryDict(mutable=True)
    for prefixe in prefixes:
        envoi[f"{prefixe}TOTAL_FORMS"] = str(len(_lignes(donnees, prefixe)))
        envoi[f"{prefixe}INITIAL_FORMS"] = "0"
    for cle, valeur in donnees.items():
        if isinstance(valeur, list):
            envoi.setlist(cle, valeur)
        else:
            envoi[cle] = valeur
    return envoi
