"""What can be read of a form that is not checked yet, or that is wrong."""

from typing import Any

from django import forms


def valeur_cachee(form: forms.Form, nom: str) -> str:
    """What a hidden field says, posted or saved: known before the form is checked."""
    if form.is_bound:
        return form.data.get(form.add_prefix(nom)) or ""
    return form.initial.get(nom) or ""


def lisible(form: forms.Form) -> dict[str, Any]:
    """What could be read of a form that may be wrong."""
    return getattr(form, "cleaned_data", {})
