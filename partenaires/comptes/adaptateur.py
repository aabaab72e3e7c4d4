"""How allauth behaves here: addresses, links and names; who tries, and from where."""

import logging
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.account.utils import get_next_redirect_url
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse

from partenaires.comptes import connexions, essais, navigateurs
from partenaires.models import Utilisateur
from partenaires.models.connexion import Evenement
from partenaires.models.session import APPAREIL
from partenaires.socle import confirmation
from partenaires.socle.entree import Requete

journal = logging.getLogger(__name__)
SANS_ADRESSE = (
    "Le portail ne peut pas savoir d’où vient cette demande : la connexion est arrêtée, pour ne "
    "pas prendre tous les visiteurs pour un seul. Prévenez le service qui tient le portail."
)


# What allauth tells the holder by mail is what the log of the account keeps; a code of rescue that
# was used opens a session, which is a line already.
DITS = {
    "account/email/email_changed": Evenement.ADRESSE,
    "account/email/email_deleted": Evenement.ADRESSE_OTEE,
    "mfa/email/totp_activated": Evenement.FACTEUR,
    "mfa/email/totp_deactivated": Evenement.FACTEUR_OTE,
    "mfa/email/recovery_codes_generated": Evenement.SECOURS,
    "mfa/email/webauthn_added": Evenement.CLE,
    "mfa/email/webauthn_removed": Evenement.CLE_OTEE,
}


class Adaptateur(DefaultAccountAdapter):
    """Links always carry the public address: a forged Host header changes nothing."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        context = {
            **context,
            "current_site": {"name": "Cœur de Quartier", "domain": settings.URL_PUBLIQUE},
        }
        for cle in ("activate_url", "password_reset_url", "signup_url"):
            if cle in context:
                context[cle] = adresse_publique(context[cle])
        super().send_mail(template_prefix, email, context)

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmation
    ) -> str:
        """The link carries why the person came: the mail may be opened in another browser."""
        lien = super().get_email_confirmation_url(request, emailconfirmation)
        suite = get_next_redirect_url(request) or self._suite_en_attente(request)
        return f"{lien}?{urlencode({'next': suite})}" if suite else lien

    def _suite_en_attente(self, request: HttpRequest) -> str:
        """What the sign-up of this browser was going to; empty when nothing was said."""
        connexion = unstash_login(request, peek=True)
        suite = connexion.redirect_url if connexion else ""
        return suite if suite and self.is_safe_url(suite) else ""

    def clean_email(self, email: str) -> str:
        """One account an address, whatever its capitals."""
        return super().clean_email(email.lower())

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address of the visitor; refuses (403) when the proxy does not say it."""
        attendus = settings.ALLAUTH_TRUSTED_PROXY_COUNT
        transmise = request.headers.get("X-Forwarded-For", "")
        try:
            if attendus and not transmise:
                raise ImproperlyConfigured
            return super().get_client_ip(request)
        except (ImproperlyConfigured, PermissionDenied) as erreur:
            journal.critical(
                "Adresse du visiteur inconnue : serveurs de confiance attendus devant le portail, "
                "%s (PROXYS_DE_CONFIANCE), X-Forwarded-For reçu : « %s ».",
                attendus,
                transmise[:200],
            )
            raise PermissionDenied(SANS_ADRESSE) from erreur

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before the password is looked at."""
        adresse = credentials.get("email", "").lower()
        compte = connexions.compte_de(adresse)
        essai = essais.compter(request, "essai_connexion", adresse, compte)
        if not essai:
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage = essai  # given back by allauth when the password is right

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        adresse = credentials.get("email", "")
        compte = connexions.compte_de(adresse)
        connexions.inscrire(request, Evenement.REFUSEE, compte, adresse=adresse)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """A password made anew by the link of a mail: its holder is not kept waiting."""
        essais.rendre(request, "essai_connexion", credentials.get("email", "").lower())

    def post_login(self, request: HttpRequest, user: Utilisateur, **suite: Any) -> HttpResponse:
        connexions.inscrire(request, Evenement.OUVERTE, user)
        navigateurs.reconnaitre(request, user)
        confirmation.noter(request)
        request.session[APPAREIL] = connexions.appareil(request)
        return super().post_login(request, user, **suite)

    def logout(self, request: Requete) -> None:
        connexions.inscrire(request, Evenement.DECONNEXION, request.user)
        super().logout(request)

    def send_password_reset_mail(
        self, user: Utilisateur, email: str, context: dict[str, Any]
    ) -> None:
        connexions.inscrire(self.request or context["request"], Evenement.OUBLI, user)
        super().send_password_reset_mail(user, email, context)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Utilisateur,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """What changed in an account leaves a line, then is told to its holder."""
        if template_prefix in DITS:
            connexions.inscrire(self.request, DITS[template_prefix], user)
        super().send_notification_mail(template_prefix, user, context, email)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        est_confirmee = super().confirm_email(request, email_address)
        if est_confirmee:
            connexions.inscrire(request, Evenement.ADRESSE_SURE, email_address.user)
        return est_confirmee

    def set_password(self, user: Utilisateur, password: str) -> None:
        """A new password ends every session but the one that asks, and is proof of who asks."""
        super().set_password(user, password)
        request = context.request
        connexions.inscrire(request, Evenement.MOT_DE_PASSE, user)
        user.sessions_ouvertes.exclude(pk=request.session.session_key or "").fermer()
        navigateurs.reconnaitre(request, user)


class AdaptateurDesCles(DefaultMFAAdapter):
    """Passkeys: the portal says its name, a key begins with that of its device."""

    def generate_authenticator_name(self, user: Utilisateur, type: str) -> str:
        return connexions.appareil(context.request)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Cœur de Quartier"}


def adresse_publique(lien: str) -> str:
    """The same path under the canonical address of the site."""
    chemin = lien.split("://", 1)[-1].partition("/")[2]
    return f"{settings.URL_PUBLIQUE}/{chemin}"
