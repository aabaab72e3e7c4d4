"""The code of a longer deadline."""

from django import forms


class CodeForm(forms.Form):
    """The eight letters and digits given by the service."""

    code = forms.CharField(
        label="Code de prolongation",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "moyen"}),
    )
