"""The confirmation of a mail to several organisations: how many, typed."""

from django import forms

from partenaires.socle.champs import EntierField


class PrevenirForm(forms.Form):
    """What the service adds, and the number of organisations, typed to be sure."""

    message = forms.CharField(
        label="Ce que le service ajoute",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    nombre = EntierField(
        label="Nombre d’organismes à prévenir",
        min_value=1,
        max_value=9999,
        help_text="Écrivez le nombre donné ci-dessus : rien ne part sans lui.",
    )
