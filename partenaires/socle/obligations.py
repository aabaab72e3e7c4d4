"""What must be filled in, said before one writes: one rule for every form of the portal.

When most fields are required the others are marked « facultatif » and the head of the form says so;
else those that are required are marked « obligatoire ».
"""

from django.forms import BaseForm, BooleanField, BoundField

TOUS = "Tous les champs sont obligatoires."
TOUS_SAUF = "Tous les champs sont obligatoires, sauf ceux marqués « facultatif »."
LIGNE = "obligatoire si la ligne est remplie"
SEULS = "Les champs marqués « obligatoire » sont à remplir ; les autres peuvent rester vides."


def regle(formulaire: BaseForm) -> str:
    """The sentence at the head of a form; empty when the labels alone say it."""
    obligatoires, facultatifs = _compter(formulaire)
    if _marque_les_facultatifs(formulaire):
        return TOUS_SAUF if facultatifs else TOUS
    return SEULS if obligatoires and facultatifs else ""


def mention(champ: BoundField) -> str:
    """The word after a label: « obligatoire », « facultatif », or nothing."""
    if champ.field.required and champ.form.empty_permitted:  # a row to add may stay empty
        return LIGNE
    if champ.field.required:
        return "" if _marque_les_facultatifs(champ.form) else "obligatoire"
    if isinstance(champ.field, BooleanField):  # a box left unticked is an answer
        return ""
    return "facultatif" if _marque_les_facultatifs(champ.form) else ""


def _marque_les_facultatifs(formulaire: BaseForm) -> bool:
    """One field alone says itself that it is required."""
    obligatoires, facultatifs = _compter(formulaire)
    return obligatoires > max(1, facultatifs)


def _compter(formulaire: BaseForm) -> tuple[int, int]:
    """How many fields are required, and how many may stay empty."""
    visibles = [champ.field for champ in formulaire.visible_fields()]
    obligatoires = [champ for champ in visibles if champ.required]
    facultatifs = [c for c in visibles if not c.required and not isinstance(c, BooleanField)]
    return len(obligatoires), len(facultatifs)
