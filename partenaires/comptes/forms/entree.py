"""allauth's forms in our words: real labels, no placeholder standing for one."""

from allauth.account import forms as allauth

ADRESSE = "Adresse électronique"


def nommer(formulaire, **libelles) -> None:
    """Give our labels and drop the placeholders."""
    for nom, champ in formulaire.fields.items():
        champ.widget.attrs.pop("placeholder", None)
        champ.label = libelles.get(nom, champ.label)


class ConnexionForm(allauth.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        nommer(self, login=ADRESSE, password="Mot de passe")  # noqa: S106 (a label)
        self.fields["password"].help_text = ""


class CompteForm(allauth.SignupForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        nommer(self, email=ADRESSE, password1="Mot de passe")
        choisir = "Douze caractères ou plus. Une phrase convient très bien."
        self.fields["password1"].help_text = choisir


class OubliForm(allauth.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        nommer(self, email=ADRESSE)


class AdresseForm(allauth.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        nommer(self, email=ADRESSE)
