"""allauth's forms of the second factor, with our counts and codes that serve once."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django import forms

from partenaires.comptes import second_facteur
from partenaires.comptes.forms.entree import nommer

CODE = "Code"
NOM_DE_LA_CLE = "Nom de cette clé"
NOM_MAX = 60  # characters
FORGEES = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    struct.error,
    InvalidSignature,
)


class CodeForm(AuthenticateForm):
    """The code asked after the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nommer(self, code=CODE)

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        self.authenticator = second_facteur.ouvrir(context.request, self.user, code)
        return code


class CodeDeConfirmationForm(ReauthenticateForm):
    """The code that confirms who one is, before what is sensitive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nommer(self, code=CODE)

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        self.authenticator = second_facteur.ouvrir(context.request, self.user, code)
        return code


class ActivationForm(ActivateTOTPForm):
    """The first code of a secret: it will not open the door as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nommer(self, code=CODE)

    def clean_code(self) -> str:
        code = super().clean_code()
        pas = second_facteur.demi_minute(self.secret, code)
        if pas is not None:
            second_facteur.employer(self.user, self.secret, pas)
        return code


class ReponseDeCleField(forms.JSONField):
    """What a key answers, as a browser writes it (WebAuthn, « toJSON »)."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        with cle_reconnue():  # a number or a depth that Python refuses to read
            return super().to_python(value)


@contextmanager
def cle_reconnue() -> Iterator[None]:
    """A forged answer, whatever it makes the libraries raise, is a key that is not recognised."""
    try:
        yield
    except FORGEES as erreur:
        raise get_adapter().validation_error("incorrect_code") from erreur


class EntreeParCleForm(LoginWebAuthnForm):
    """A key alone, at the door."""

    credential = ReponseDeCleField()

    def clean_credential(self) -> Authenticator:
        with cle_reconnue():
            return super().clean_credential()


class SecondeCleForm(AuthenticateWebAuthnForm):
    """A key after the password."""

    credential = ReponseDeCleField()

    def clean_credential(self) -> Authenticator:
        with cle_reconnue():
            return super().clean_credential()


class CleDeConfirmationForm(ReauthenticateWebAuthnForm):
    """A key that confirms who one is, before what is sensitive."""

    credential = ReponseDeCleField()

    def clean_credential(self) -> Authenticator:
        with cle_reconnue():
            return super().clean_credential()


class CleForm(AddWebAuthnForm):
    """A key is always one that opens by itself: it stays with its device, behind a PIN."""

    credential = ReponseDeCleField()
    passwordless = forms.BooleanField(initial=True, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nommer(self, name=NOM_DE_LA_CLE)
        self.fields["name"].max_length = NOM_MAX
        self.fields["name"].widget.attrs["maxlength"] = NOM_MAX

    def clean(self) -> dict[str, Any]:
        with cle_reconnue():
            return super().clean()


class NomDeLaCleForm(EditWebAuthnForm):
    name = forms.CharField(label=NOM_DE_LA_CLE, max_length=NOM_MAX)
