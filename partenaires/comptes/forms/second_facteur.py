"""allauth's forms of the second factor, with our counts and codes that serve once."""

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms

from partenaires.comptes import second_facteur
from partenaires.comptes.forms.entree import nommer

CODE = "Code"
NOM_DE_LA_CLE = "Nom de cette clé"
NOM_MAX = 60  # characters


class CodeForm(AuthenticateForm):
    """The code asked after the password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        nommer(self, code=CODE)

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        self.authenticator = second_facteur.ouvrir(context.request, self.user, code)
        return code


class CodeDeConfirmationForm(ReauthenticateForm):
    """The code that confirms who one is, before what is sensitive."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        nommer(self, code=CODE)

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        self.authenticator = second_facteur.ouvrir(context.request, self.user, code)
        return code


class ActivationForm(ActivateTOTPForm):
    """The first code of a secret: it will not open the door as well."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        nommer(self, code=CODE)

    def clean_code(self) -> str:
        code = super().clean_code()
        pas = second_facteur.demi_minute(self.secret, code)
        if pas is not None:
            second_facteur.employer(self.user, self.secret, pas)
        return code


class CleForm(AddWebAuthnForm):
    """A key is always one that opens by itself: it stays with its device, behind a PIN."""

    passwordless = forms.BooleanField(initial=True, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        nommer(self, name=NOM_DE_LA_CLE)
        self.fields["name"].max_length = NOM_MAX
        self.fields["name"].widget.attrs["maxlength"] = NOM_MAX


class NomDeLaCleForm(EditWebAuthnForm):
    name = forms.CharField(label=NOM_DE_LA_CLE, max_length=NOM_MAX)
