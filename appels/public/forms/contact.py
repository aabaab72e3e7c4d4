"""A word to the service, from anybody."""

from django import forms

from partenaires.socle.champs import AdresseField
from partenaires.socle.forms.une_fois import UneFois

PAGE_MAX = 200


class ContactForm(UneFois, forms.Form):
    """Who writes, where to answer, what about."""

    nom = forms.CharField(label="Votre nom", max_length=120)
    email = AdresseField(
        label="Votre adresse électronique",
        max_length=254,
        help_text="Pour vous répondre. Elle n’est pas gardée ailleurs que dans ce message.",
    )
    texte = forms.CharField(
        label="Votre message",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    page = forms.CharField(
        label="Page dont vous parlez",
        required=False,
        max_length=PAGE_MAX,
        help_text="Son adresse sur ce portail, par exemple /appel/.",
    )
    cle = forms.UUIDField(widget=forms.HiddenInput)
