"""How allauth behaves here: addresses, links and names."""

from allauth.account.adapter import DefaultAccountAdapter
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

    def clean_email(self, email):
        """One account an address, whatever its capitals."""
        return super().clean_email(email.lower())


def adresse_publique(lien: str) -> str:
    """The same path under the canonical address of the site."""
    chemin = lien.split("://", 1)[-1].partition("/")[2]
    return f"{settings.URL_PUBLIQUE}/{chemin}"
