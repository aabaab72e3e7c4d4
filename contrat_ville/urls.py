"""The addresses of the three apps and of the accounts."""

from allauth.mfa.webauthn.views import login_webauthn
from django.urls import include, path

from partenaires.socle import entree

urlpatterns = [
    path("", include("appels.urls")),
    path("", include("partenaires.urls")),
    path("compte/", include("allauth.account.urls")),
    # allauth forgets to say that one comes here without being signed in.
    path(
        "compte/second-facteur/webauthn/login/",
        entree.public(login_webauthn),
        name="mfa_login_webauthn",
    ),
    path("compte/second-facteur/", include("allauth.mfa.urls")),
]

handler400 = "appels.socle.vues.erreurs.demande_illisible"
handler403 = "appels.socle.vues.erreurs.acces_reserve"
handler404 = "appels.socle.vues.erreurs.introuvable"
handler429 = "appels.socle.vues.erreurs.trop_de_demandes"
handler500 = "appels.socle.vues.erreurs.probleme"
