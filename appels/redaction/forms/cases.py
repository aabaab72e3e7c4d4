"""Rows that one ticks to open their amount: what is unticked is kept and does not count."""

from typing import Any

from django import forms

from appels.redaction.forms.lecture import lisible


def compte(form: forms.Form, case: str, montant: str) -> bool:
    """The row counts: it is ticked, or its amount is new (what somebody writes is wanted)."""
    donnees = lisible(form)
    if donnees.get(case):
        return True
    ecrit: Any = donnees.get(montant)
    return ecrit is not None and ecrit != form.get_initial_for_field(form.fields[montant], montant)
