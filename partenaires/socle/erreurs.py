"""What is wrong on a page, as its summary says it: an anchor and a sentence for each error."""

from collections.abc import Iterable
from typing import Any

from django.forms import BaseForm, BaseFormSet, BoundField

from quartiers.frappe import abrege


def erreur_sur(ancre: str, phrase: str) -> dict[str, Any]:
    """What a page whose only field is not a form of Django shows, in the words of all the others:
    the summary, and the sentence beside the field (`erreur_de_saisie`).
    """
    erreurs = [{"ancre": ancre, "phrase": phrase}]
    return {"erreurs": erreurs, "erreurs_de_page": True, "erreur_de_saisie": phrase}


def erreurs_de(formulaire: BaseForm | BaseFormSet) -> list[dict]:
    """Every error of a form or a formset as {ancre, phrase}.

    A form that is a row of many says which by `nom_de_ligne`.
    """
    if not formulaire.is_bound:
        return []
    if isinstance(formulaire, BaseFormSet):
        lignes = [{"ancre": "", "phrase": phrase} for phrase in formulaire.non_form_errors()]
        for membre in formulaire.forms:
            lignes += erreurs_de(membre)
        return lignes
    lignes = []
    de_qui = getattr(formulaire, "nom_de_ligne", "")
    for nom, phrases in formulaire.errors.items():
        ancre = debut = ""
        if nom in formulaire.fields:
            champ = formulaire[nom]
            if not champ.is_hidden:  # what nobody sees has no name for who reads
                ancre = _ancre(champ)
                debut = f"{champ.label} " if _est_une_question(champ) else f"{champ.label} : "
        if de_qui:
            debut = f"{de_qui}, {debut}" if debut else f"{de_qui} : "
        lignes += [{"ancre": ancre, "phrase": f"{debut}{phrase}"} for phrase in phrases]
    return lignes


def dire_les_fichiers_perdus(formulaires: Iterable[BaseForm | BaseFormSet]) -> None:
    """On each file that was chosen in a page to correct: no browser puts it back in its place."""
    for formulaire in formulaires:
        if not formulaire.is_bound:
            continue
        if isinstance(formulaire, BaseFormSet):
            dire_les_fichiers_perdus(formulaire.forms)
            continue
        for nom, champ in formulaire.fields.items():
            if not champ.widget.needs_multipart_form or nom in formulaire.errors:
                continue
            recu = formulaire.files.get(formulaire.add_prefix(nom))
            if recu:
                formulaire.add_error(nom, _a_rechoisir(recu.name or ""))


def _a_rechoisir(nom: str) -> str:
    return (
        f"Choisissez de nouveau « {abrege(nom, 60)} » : un navigateur ne le remet pas à sa place."
    )


def _est_une_question(champ: BoundField) -> bool:
    """« Qui porte le projet ? » ends its words: no colon follows."""
    return str(champ.label).endswith("?")


def _ancre(champ: BoundField) -> str:
    """The id to go to: the first choice of a group, the field itself otherwise."""
    return f"{champ.auto_id}_0" if champ.use_fieldset else champ.id_for_label
