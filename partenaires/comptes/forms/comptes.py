"""One's own account."""

from django import forms

from partenaires.models import Utilisateur
from partenaires.socle.champs import sans_adresse


class InscriptionForm(forms.Form):
    """What sign-up asks beside the address and the password."""

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
    field_order = ["prenom", "nom", "email", "password1"]

    def signup(self, request, user):
        """Called by allauth once the account exists."""
        user.prenom = self.cleaned_data["prenom"]
        user.nom = self.cleaned_data["nom"]
        user.save(update_fields=["prenom", "nom"])


class IdentiteForm(forms.ModelForm):
    """One's own name, and when messages may come."""

    class Meta:
        model = Utilisateur
        fields = ["prenom", "nom", "cadence"]
        widgets = {
            "prenom": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "nom": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "cadence": forms.RadioSelect,
        }
        help_texts = {
            "cadence": "Ce qui est urgent part toujours tout de suite : échéances, signatures, "
            "récépissés, invitations."
        }

    def clean_prenom(self) -> str:
        return self._nom_seul("prenom")

    def clean_nom(self) -> str:
        return self._nom_seul("nom")

    def _nom_seul(self, champ: str) -> str:
        nom = self.cleaned_data[champ]
        sans_adresse(nom)
        return nom
