"""The addresses of the three apps and of the accounts."""

from django.urls import include, path

urlpatterns = [
    path("", include("appels.urls")),
    path("", include("partenaires.urls")),
    path("compte/", include("allauth.account.urls")),
    path("compte/second-facteur/", include("allauth.mfa.urls")),
]

handler400 = "appels.views.erreurs.demande_illisible"
handler403 = "appels.views.erreurs.acces_reserve"
handler404 = "appels.views.erreurs.introuvable"
handler429 = "appels.views.erreurs.trop_de_demandes"
handler500 = "appels.views.erreurs.probleme"
