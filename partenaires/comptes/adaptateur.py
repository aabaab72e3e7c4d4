"""How allauth behaves here: addresses, links and names."""

from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import unstash_login
from allauth.account.utils import get_next_redirect_url
from django.conf import settings


class Adaptateur(DefaultAccountAdapter):
    """Links always carry the public address: a forged Host header changes nothing."""

    def send_mail(self, template_prefix, email, context):
        context = {
            **context,
            "current_site": {"name": "Cœur de Quartier", "domain": settings.URL_PUBLIQUE},
        }
        for cle in ("activate_url", "password_reset_url", "signup_url"):
            if cle in context:
                context[cle] = adresse_publique(context[cle])
        return super().send_mail(template_prefix, email, context)

    def get_email_confirmation_url(self, request, emailconfirmation):
        """The link carries why the person came: the mail may be opened in another browser."""
        lien = super().get_email_confirmation_url(request, emailconfirmation)
        suite = get_next_redirect_url(request) or self._suite_en_attente(request)
        return f"{lien}?{urlencode({'next': suite})}" if suite else lien

    def _suite_en_attente(self, request) -> str:
        """What the sign-up of this browser was going to; empty when nothing was said."""
        connexion = unstash_login(request, peek=True)
        suite = connexion.redirect_url if connexion else ""
        return suite if suite and self.is_safe_url(suite) else ""

    def clean_email(self, email):
        """One account an address, whatever its capitals."""
        return super().clean_email(email.lower())


def adresse_publique(lien: str) -> str:
    """The same path under the canonical address of the site."""
    chemin = lien.split("://", 1)[-1].partition("/")[2]
    return f"{settings.URL_PUBLIQUE}/{chemin}"
