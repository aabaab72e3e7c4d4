"""What every request goes through, in order: the clock, the headers, the door."""

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from appels.socle.vues import erreurs
from partenaires.socle import droits, entree
from quartiers import horloge
from quartiers.models import Parution


class Horloge:
    """Read the clock once: `request.recu_le` is the instant that decides (CONCEPTION, Time).

    `request.parution` numbers what the public sees; it is read at most once too, when somebody
    asks.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.recu_le = horloge.maintenant()
        request.parution = SimpleLazyObject(Parution.actuelle)
        return self.get_response(request)


class EntetesDePage:
    """Headers that Django and django-csp do not set; private pages are never stored."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store, private"
        if (
            request.method == "POST"
            and getattr(request.resolver_match, "view_name", "") == "account_logout"
        ):
            response.headers["Clear-Site-Data"] = (
                '"storage"'  # what the browser kept of a part being written
            )
        return response


class CaracteresInterdits:
    """A NUL byte in an address or a query is a bad request, said in French (PostgreSQL refuses
    it).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("Un caractère de l’adresse n’est pas lisible.")
        return self.get_response(request)


class EnvoisTropLourds:
    """A request that announces more than a file may weigh is refused before it is read."""

    MARGE = 1_000_000  # bytes, for the other fields and the envelope

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        annonce = request.META.get("CONTENT_LENGTH") or "0"
        if annonce.isdigit() and int(annonce) > settings.TAILLE_MAX_PIECE + self.MARGE:
            return erreurs.page(request, 413)
        return self.get_response(request)


class ConnexionRequise(LoginRequiredMiddleware):
    """Everything asks for a signed-in person, except the addresses declared public."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        if entree.de(view_func) is entree.public:
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class SecondFacteur:
    """Agents and funders go nowhere else until their second factor is set (CONCEPTION §4)."""

    PERMIS = ("mfa_", "account_", "sante_")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        nom = request.resolver_match.view_name or ""
        est_public = entree.de(view_func) is entree.public
        if not settings.SECOND_FACTEUR_EXIGE or nom.startswith(self.PERMIS) or est_public:
            return None
        if droits.doit_poser_un_second_facteur(request.user):
            return redirect("mfa_activate_totp")
        return None
