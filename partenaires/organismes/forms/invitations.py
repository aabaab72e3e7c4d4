"""Whoever was invited and has no account yet."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms

from partenaires.models import Utilisateur
from partenaires.socle.personnes import NomForm


class CompteInviteForm(NomForm):
    """A name and a password: the link has proved the address."""

    mot_de_passe = forms.CharField(
        label="Mot de passe",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Douze caractères ou plus. Une phrase convient très bien.",
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get("mot_de_passe"):
            personne = Utilisateur(
                email=self.email,
                prenom=self.cleaned_data.get("prenom", ""),
                nom=self.cleaned_data.get("nom", ""),
            )
            try:
                get_adapter().clean_password(self.cleaned_data["mot_de_passe"], personne)
            except forms.ValidationError as erreur:
                self.add_error("mot_de_passe", erreur)
        return self.cleaned_data
