from django.urls import path

from partenaires.views import comptes, equipe, organismes

app_name = "partenaires"
urlpatterns = [
    path("espace/", comptes.espace, name="espace"),
    path("mon-compte/", comptes.mon_compte, name="mon_compte"),
    path("organismes/", organismes.organismes, name="organismes"),
    path("organismes/nouveau/", organismes.nouveau, name="nouveau"),
    path("organismes/<int:pk>/fiche/", organismes.fiche, name="fiche"),
    path("organismes/<int:pk>/membres/", organismes.membres, name="membres"),
    path("membres/<int:pk>/repondre/", organismes.repondre, name="repondre"),
    path("membres/<int:pk>/role/", organismes.changer_role, name="changer_role"),
    path("membres/<int:pk>/justificatif/", organismes.justificatif, name="justificatif"),
    path("invitations/<str:jeton>/", organismes.invitation, name="invitation"),
    path("instruction/qualites/", organismes.qualites, name="qualites"),
    path("instruction/qualites/<int:pk>/", organismes.verifier_qualite, name="verifier_qualite"),
    path("instruction/equipe/", equipe.equipe, name="equipe"),
    path("instruction/service/", equipe.service, name="service"),
]
