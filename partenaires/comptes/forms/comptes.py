"""One's own account."""

from typing import Any

from django import forms
from django.http import HttpRequest

from partenaires.models import Utilisateur
from partenaires.socle import droits
from partenaires.socle.champs import sans_adresse
from partenaires.socle.personnes import NomForm


class InscriptionForm(NomForm):
    """What sign-up asks beside the address and the password."""

    field_order = ["prenom", "nom", "email", "password1"]

    def signup(self, request: HttpRequest, user: Utilisateur) -> None:
        """Called by allauth once the account exists."""
        user.prenom = self.cleaned_data["prenom"]
        user.nom = self.cleaned_data["nom"]
        user.save(update_fields=["prenom", "nom"])


class IdentiteForm(forms.ModelForm):
    """One's own name, and when messages may come."""

    class Meta:
        model = Utilisateur
        fields = [
            "prenom",
            "nom",
            "cadence",
            "recoit_la_campagne",
            "densite",
            "a_des_raccourcis",
        ]
        widgets = {
            "prenom": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "nom": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "cadence": forms.RadioSelect,
            "densite": forms.RadioSelect,
        }
        help_texts = {
            "cadence": "Ce qui est urgent part toujours tout de suite : échéances, signatures, "
            "récépissés, invitations.",
            "recoit_la_campagne": "Ce qui attend le service, les dépôts, les demandes, les avis : "
            "une page A4, par courriel.",
            "densite": "Compact : une ligne par dossier. Confort : le texte entier.",
            "a_des_raccourcis": "J, K, R, C, N et ? sur la page d’un dossier, hors des champs. "
            "À désactiver si vous dictez à la voix.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        au_travail = droits.est_agent(self.instance) or droits.est_financeur(self.instance)
        if not au_travail:  # no page of theirs has any
            del self.fields["a_des_raccourcis"]
            del self.fields["densite"]
        if not droits.est_agent(self.instance):
            del self.fields["recoit_la_campagne"]

    def clean_prenom(self) -> str:
        return self._nom_seul("prenom")

    def clean_nom(self) -> str:
        return self._nom_seul("nom")

    def _nom_seul(self, champ: str) -> str:
        nom = self.cleaned_data[champ]
        sans_adresse(nom)
        return nom
