"""allauth's forms in our words: real labels, no placeholder standing for one."""

from typing import Any

from allauth.account import forms as allauth
from allauth.core import context
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.forms import EmailField, Form

from partenaires.comptes import essais
from partenaires.models import Utilisateur
from partenaires.socle.champs import AdresseField

ADRESSE = "Adresse électronique"
TROP_DE_LIENS = (
    "Trop de liens demandés en peu de temps. Regardez dans votre boîte, puis attendez dix minutes."
)


class AdresseDuCompteField(AdresseField):
    """The address that one signs in with: its letters are small, as allauth keeps them."""

    def clean(self, value: Any) -> str:
        return super().clean(value).lower()


def nommer(formulaire: Form, **libelles: str) -> None:
    """Give our labels, our reader of addresses, and drop the placeholders."""
    for nom, champ in formulaire.fields.items():
        champ.widget.attrs.pop("placeholder", None)
        champ.label = libelles.get(nom, champ.label)
        if isinstance(champ, EmailField):
            formulaire.fields[nom] = AdresseDuCompteField(
                label=champ.label,
                widget=champ.widget,
                required=champ.required,
                max_length=champ.max_length,
            )


class ConnexionForm(allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nommer(self, login=ADRESSE, password="Mot de passe")  # noqa: S106 (a label)
        self.fields["password"].help_text = ""


class CompteForm(allauth.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nommer(self, email=ADRESSE, password1="Mot de passe")
        choisir = "Douze caractères ou plus. Une phrase convient très bien."
        self.fields["password1"].help_text = choisir

    def clean(self) -> dict[str, Any]:
        """allauth knows the address alone: a password made of the name is refused too."""
        nettoye = super().clean()
        mot_de_passe = self.cleaned_data.get("password1")
        if mot_de_passe:
            personne = Utilisateur(
                email=self.cleaned_data.get("email", ""),
                prenom=self.cleaned_data.get("prenom", ""),
                nom=self.cleaned_data.get("nom", ""),
            )
            try:
                validate_password(mot_de_passe, personne)
            except ValidationError as erreur:
                self.add_error("password1", erreur)
        return nettoye


class OubliForm(allauth.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nommer(self, email=ADRESSE)

    def clean_email(self) -> str:
        """Counted for every address, with an account or not: the answer tells nothing."""
        adresse = super().clean_email()
        compte = self.users[0] if self.users else None
        if not essais.compter(context.request, "essai_oubli", adresse.lower(), compte):
            raise ValidationError(TROP_DE_LIENS)
        return adresse


class AdresseForm(allauth.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nommer(self, email=ADRESSE)
