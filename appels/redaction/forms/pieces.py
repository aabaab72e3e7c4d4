"""Documents and bank coordinates."""

from django import forms

from partenaires.models.identifiants import bic_valide, compact, iban_valide
from partenaires.socle.champs import FichierField


class PieceForm(forms.Form):
    """One file for one document asked."""

    fichier = FichierField(label="Fichier", attend=True)


class CoordonneesForm(forms.Form):
    """Bank coordinates: checked, then encrypted; never shown again whole without a logged act."""

    titulaire = forms.CharField(
        label="Titulaire du compte",
        max_length=150,
        help_text="Le nom écrit sur le relevé : celui de l’organisme.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    iban = forms.CharField(
        label="IBAN", max_length=50, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    bic = forms.CharField(
        label="BIC",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "moyen"}),
    )

    def clean_iban(self):
        valeur = compact(self.cleaned_data["iban"])
        iban_valide(valeur)
        return valeur

    def clean_bic(self):
        valeur = compact(self.cleaned_data["bic"])
        bic_valide(valeur)
        return valeur
