"""Documents and bank coordinates."""

from django import forms

from partenaires.socle.champs import BicField, FichierField, IbanField
from partenaires.socle.forms.conflit import MontreLePresent


class PieceForm(forms.Form):
    """One file for one document asked."""

    fichier = FichierField(label="Fichier", attend=True)


class CoordonneesForm(MontreLePresent, forms.Form):
    """Bank coordinates: checked, then encrypted; never shown again whole without a logged act."""

    titulaire = forms.CharField(
        label="Titulaire du compte",
        max_length=150,
        help_text="Le nom écrit sur le relevé : celui de l’organisme.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    iban = IbanField(label="IBAN")
    bic = BicField(label="BIC")
    vue = forms.CharField(widget=forms.HiddenInput, required=False)
