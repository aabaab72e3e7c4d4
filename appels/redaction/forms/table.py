"""Rows that one adds and empties, under the same questions."""

from typing import Any

from django import forms


class Table(forms.BaseFormSet):
    """Every posted row counts, even one equal to what is saved: forged totals drop nothing."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "empty_permitted": False}
