"""What a funder asks to see again of a decision entered in its name."""

from django import forms

from appels.decision.accords import SansMotif
from appels.models import Accord


class ARevoirForm(forms.Form):
    """Why: the service reads it. One a decision, named by its prefix."""

    motif = forms.CharField(
        label="Ce qui est à revoir",
        max_length=Accord._meta.get_field("motif").max_length,
        error_messages={"required": SansMotif.phrase},
    )
