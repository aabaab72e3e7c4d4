"""How a person gives their name, wherever an account begins."""

from django import forms

from partenaires.socle.champs import sans_adresse


class NomForm(forms.Form):
    """First and last names: they stand in mails, and lead nowhere."""

    prenom = forms.CharField(
        label="Prénom",
        max_length=80,
        validators=[sans_adresse],
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    nom = forms.CharField(
        label="Nom",
        max_length=80,
        validators=[sans_adresse],
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
