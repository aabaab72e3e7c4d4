"""Two people write the same part: what each one changed is put together, field by field.

Works on what forms show: {html name: text or list of texts}. A table of rows (formset) counts as
one field. The rules, and what is answered to each side: docs/enregistrement.md §5.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.forms import BaseForm, BaseFormSet, CheckboxInput
from django.http import QueryDict

Valeurs = dict[str, str | list[str]]


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
            lues |= valeurs([membre.management_form, *membre.forms])
        else:
            lues |= {membre.add_prefix(nom): _valeur(membre, nom) for nom in membre.fields}
    return lues


def _valeur(form: BaseForm, nom: str) -> str | list[str]:
    champ = form.fields[nom]
    lue = form[nom].value()
    if form.is_bound and nom in getattr(form, "cleaned_data", {}):
        lue = champ.prepare_value(form.cleaned_data[nom])
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
    for unite in _unites(base.keys() | eux.keys() | moi.keys(), prefixes):
        depart = _extrait(base, unite, prefixes)
        autre = _extrait(eux, unite, prefixes)
        mienne = _extrait(moi, unite, prefixes)
        if autre in (depart, mienne):
            continue
        for cle in mienne:
            del resultat.donnees[cle]
        resultat.donnees |= autre
        if mienne == depart:
            resultat.recus |= autre
        else:
            resultat.conflits.append(unite)
    return resultat


def _unites(cles: Iterable[str], prefixes: tuple[str, ...]) -> list[str]:
    """Each field by itself, each table as a whole."""
    return sorted({_unite(cle, prefixes) for cle in cles})


def _unite(cle: str, prefixes: tuple[str, ...]) -> str:
    for prefixe in prefixes:
        if cle.startswith(prefixe):
            return prefixe
    return cle


def _extrait(toutes: Valeurs, unite: str, prefixes: tuple[str, ...]) -> Valeurs:
    if unite in prefixes:
        return {cle: valeur for cle, valeur in toutes.items() if cle.startswith(unite)}
    if unite in toutes:
        return {unite: toutes[unite]}
    return {}


def en_envoi(donnees: Valeurs) -> QueryDict:
    """The same thing as a browser would post it."""
    envoi = QueryDict(mutable=True)
    for cle, valeur in donnees.items():
        if isinstance(valeur, list):
            envoi.setlist(cle, valeur)
        else:
            envoi[cle] = valeur
    return envoi
