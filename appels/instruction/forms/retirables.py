"""The rows of a call in its form: « Ne plus proposer », then « Proposer de nouveau »."""

from typing import Any

from django import forms

from partenaires.socle.forms.lignes_retirees import LignesQuiSeRetirent


class RetirablesFormSet(LignesQuiSeRetirent):
    """Deleting is the action's choice: here one says what is no longer offered."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if not form.instance.pk:
            return
        if form.instance.est_propose:
            form.fields["DELETE"].label = "Ne plus proposer"
        else:
            del form.fields["DELETE"]
            form.fields["reproposer"] = forms.BooleanField(
                label="Proposer de nouveau", required=False
            )
