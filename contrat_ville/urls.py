"""The addresses of the three apps and of the accounts."""

from django.urls import include, path

urlpatterns = [
    path("", include("appels.urls")),
    path("", include("partenaires.urls")),
    path("compte/", include("allauth.account.urls")),
    path("compte/second-facteur/", include("allauth.mfa.urls")),
]

handler400 = "appels.socle.vues.erreurs.demande_illisible"
handler403 = "appels.socle.vues.erreurs.acces_reserve"
handler404 = "appels.socle.vues.erreurs.introuvable"
handler429 = "appels.socle.vues.erreurs.trop_de_demandes"
handler500 = "appels.socle.vues.erreurs.probleme"
