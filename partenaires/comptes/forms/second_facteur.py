"""allauth's forms of the second factor, with our counts and codes that serve once."""

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm

from partenaires.comptes import second_facteur
from partenaires.comptes.forms.entree import nommer

CODE = "Code"


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
