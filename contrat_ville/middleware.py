"""What every request goes through, in order: the clock, the headers, the door."""

from collections.abc import Callable
from typing import ClassVar, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user
from django.contrib.auth.middleware import AuthenticationMiddleware, LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from appels.socle import pannes
from appels.socle.requete import Requete
from appels.socle.vues import erreurs
from contrat_ville.reception import REFUS
from partenaires.comptes import navigateurs, sessions
from partenaires.socle import droits, entree, envois
from partenaires.socle.entree import Vue
from quartiers import horloge, journal
from quartiers.models import Parution

Suite = Callable[[HttpRequest], HttpResponseBase]  # the rest of the way


class Horloge:
    """Read the clock once: `request.recu_le` is the instant that decides (CONCEPTION, Time).

    `request.parution` numbers what the public sees; it is read at most once too, on demand.
    """

    def __init__(self, get_response: Suite):
        self.get_response = get_response

    def __call__(self, request: Requete) -> HttpResponseBase:
        request.recu_le = horloge.maintenant()
        request.parution = cast(Parution, SimpleLazyObject(Parution.actuelle))
        return self.get_response(request)


class EntetesDePage:
    """Headers that Django and django-csp do not set; private pages are never stored."""

    def __init__(self, get_response: Suite):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reponse = self.get_response(request)
        entetes = reponse.headers
        entetes.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        entetes.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        entetes.setdefault("X-Content-Type-Options", "nosniff")
        # A fault says by itself that it is not kept, and who reads may be what cannot be asked.
        if reponse.status_code < 500 and est_connecte(request):
            entetes["Cache-Control"] = "no-store, private"
        if request.method == "POST" and nom_de_la_vue(request) == "account_logout":
            # What the browser kept of a part being written.
            entetes["Clear-Site-Data"] = '"storage"'
        return reponse


def est_connecte(request: HttpRequest) -> bool:
    """False too for what is answered before anybody is recognised, such as the static files."""
    utilisateur = getattr(request, "user", None)
    return utilisateur is not None and utilisateur.is_authenticated


def nom_de_la_vue(request: HttpRequest) -> str:
    """Empty for an address that leads nowhere, or that was refused before it was read."""
    return getattr(request.resolver_match, "view_name", None) or ""


class CaracteresInterdits:
    """A NUL byte in an address or a query is a bad request: PostgreSQL would refuse it later."""

    def __init__(self, get_response: Suite):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("Un caractère de l’adresse n’est pas lisible.")
        return self.get_response(request)


class EnvoisMalRecus:
    """What was not received whole, or announces more than a form with its files, is refused.

    Up to there, a file too heavy is said beside its field (`televersement`). The body was read to
    its end before anything else (`contrat_ville.reception`).
    """

    PHRASES: ClassVar = {
        408: (
            "Envoi interrompu",
            "L’envoi n’est pas arrivé jusqu’au bout : rien n’a été enregistré. Votre connexion est "
            "peut-être lente : recommencez, en joignant vos fichiers un par un.",
        ),
        503: (
            "Beaucoup d’envois en même temps",
            "Le portail reçoit déjà beaucoup d’envois : le vôtre n’a pas été lu, rien n’a été "
            "enregistré. Recommencez dans une minute.",
        ),
    }

    def __init__(self, get_response: Suite):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refus = request.META.get(REFUS)
        if refus:
            titre, phrase = self.PHRASES[refus]
            return pannes.reponse(request, refus, titre, phrase)
        annonce = request.META.get("CONTENT_LENGTH") or "0"
        if not annonce.isdigit() or int(annonce) <= settings.ENVOI_MAX:
            return self.get_response(request)
        return erreurs.page(request, 413)


class Personnes(AuthenticationMiddleware):
    """Who is signed in: the person comes with the session, in the same query.

    Django answers by itself what that cannot: nobody, a session to close, a key that was changed.
    """

    def process_request(self, request: Requete) -> None:  # type: ignore[override]
        super().process_request(request)
        request.user = SimpleLazyObject(  # type: ignore[assignment]
            lambda: request.session.personne or get_user(request)
        )


class Journal:
    """What this request writes is of its person, at its instant, by its address."""

    def __init__(self, get_response: Suite):
        self.get_response = get_response

    def __call__(self, request: Requete) -> HttpResponseBase:
        def nom() -> str:
            return nom_de_la_vue(request)

        def personne() -> int | None:
            return request.user.pk if est_connecte(request) else None

        with journal.pendant(journal.Acte(nom=nom, personne=personne, le=request.recu_le)):
            return self.get_response(request)


class ConnexionRequise(LoginRequiredMiddleware):
    """Everything asks for a signed-in person, except the addresses declared public."""

    def process_view(
        self, request: HttpRequest, view_func: Vue, view_args: tuple, view_kwargs: dict
    ) -> HttpResponseBase | None:
        """None lets the request go on."""
        if entree.est_publique(view_func):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Vue) -> HttpResponseRedirect:
        """To the sign-in page; who was signed in, and no longer is, reads why."""
        a_un_cookie = settings.SESSION_COOKIE_NAME in request.COOKIES
        etait_connecte = a_un_cookie and request.session.is_empty()
        garde = envois.garder(request)
        if garde.page:
            messages.info(request, SessionsTenues.finie_avec(garde))
            return redirect_to_login(garde.page)
        if etait_connecte:
            messages.info(request, SessionsTenues.FINIE)
        return super().handle_no_permission(request, view_func)


class SecondFacteur:
    """Agents and funders go nowhere else until their second factor is set (CONCEPTION §4)."""

    PERMIS = ("mfa_", "account_", "sante_")

    def __init__(self, get_response: Suite):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: Requete, view_func: Vue, view_args: tuple, view_kwargs: dict
    ) -> HttpResponseBase | None:
        """None lets the request go on."""
        est_permis = nom_de_la_vue(request).startswith(self.PERMIS)
        est_public = entree.est_publique(view_func)
        if not settings.SECOND_FACTEUR_EXIGE or est_permis or est_public:
            return None
        if droits.doit_poser_un_second_facteur(request.user):
            envois.garder(request)
            return redirect("mfa_activate_totp")
        return None


class SessionsTenues:
    """Ends the session where nobody acts any more, and knows again the browser that signed in."""

    # Asked by a page left open, by itself: it says nothing of a person before the screen.
    D_ELLES_MEMES = ("partenaires:session",)
    TROP_LONGTEMPS = (
        "Vous êtes resté longtemps sans rien faire ici : votre session est fermée, par prudence. "
        "Connectez-vous pour continuer."
    )
    FINIE = "Votre session est terminée. Connectez-vous pour continuer."
    PAS_ENREGISTRE = "Votre session est terminée, et rien n’est encore enregistré."
    GARDE = "Ce que vous aviez écrit est gardé : connectez-vous, vous le retrouverez dans la page."
    CONNECTEZ_VOUS = "Connectez-vous, puis recommencez."

    def __init__(self, get_response: Suite):
        self.get_response = get_response

    @classmethod
    def finie_avec(cls, garde: envois.Garde) -> str:
        """Said before one signs in: what waits of what was sent, and what does not."""
        suite = cls.GARDE if garde.mots else cls.CONNECTEZ_VOUS
        return " ".join([cls.PAS_ENREGISTRE, suite, *garde.manques])

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reponse = self.get_response(request)
        navigateurs.marquer(request, reponse)
        return reponse

    def process_view(
        self, request: Requete, view_func: Vue, view_args: tuple, view_kwargs: dict
    ) -> HttpResponseBase | None:
        """None lets the request go on."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not est_connecte(request):
            return None
        est_un_acte = nom_de_la_vue(request) not in self.D_ELLES_MEMES
        if sessions.tenir(request, est_un_acte=est_un_acte):
            return None
        if not est_un_acte:
            return None  # the page is answered that nobody is signed in
        if entree.de(view_func) is entree.public:
            messages.info(request, self.TROP_LONGTEMPS)
            return None
        garde = envois.garder(request)
        messages.info(request, self.finie_avec(garde) if garde.page else self.TROP_LONGTEMPS)
        return redirect_to_login(garde.page or request.get_full_path())


class EnvoisGardes:
    """What could not be received waits, and comes back in its form (`partenaires.socle.envois`).

    The last of all: only what reached its view is received.
    """

    def __init__(self, get_response: Suite):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reponse = self.get_response(request)
        if request.method == "GET":
            envois.rendre(request, reponse)
        elif getattr(request, "est_recu", False):
            envois.recevoir(request, reponse)
        return erreurs.sans_bouton(request, reponse) if reponse.status_code == 405 else reponse

    def process_view(
        self, request: HttpRequest, view_func: Vue, view_args: tuple, view_kwargs: dict
    ) -> HttpResponseBase | None:
        """None lets the request go on; the same sending twice is done once.

        A view without a token reads by itself what it is sent, and its form carries no mark.
        """
        if request.method != "POST" or getattr(view_func, "csrf_exempt", False):
            return None
        deja = envois.doublon_de(request)
        if deja is not None:
            messages.info(request, envois.DEJA_RECU)
            return redirect(deja)
        request.est_recu = True  # type: ignore[attr-defined]
        return None
