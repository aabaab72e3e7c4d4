from django.urls import path

from partenaires.views import comptes, contenus, equipe, organismes, passations

app_name = "partenaires"
urlpatterns = [
    path("espace/", comptes.espace, name="espace"),
    path("session/", comptes.session, name="session"),
    path("mon-compte/", comptes.mon_compte, name="mon_compte"),
    path("mon-compte/fermer/", comptes.fermer, name="fermer_compte"),
    path("organismes/", organismes.organismes, name="organismes"),
    path("organismes/nouveau/", organismes.nouveau, name="nouveau"),
    path("organismes/<int:pk>/fiche/", organismes.fiche, name="fiche"),
    path("organismes/<int:pk>/membres/", organismes.membres, name="membres"),
    path("organismes/<int:pk>/quitter/", organismes.quitter, name="quitter"),
    path("membres/<int:pk>/repondre/", organismes.repondre, name="repondre"),
    path("membres/<int:pk>/role/", organismes.changer_role, name="changer_role"),
    path("membres/<int:pk>/justificatif/", organismes.justificatif, name="justificatif"),
    path("invitations/<str:jeton>/", organismes.invitation, name="invitation"),
    path("instruction/qualites/", organismes.qualites, name="qualites"),
    path("instruction/qualites/<int:pk>/", organismes.verifier_qualite, name="verifier_qualite"),
    path("instruction/organismes/", passations.annuaire, name="annuaire"),
    path("instruction/organismes/nouveau/", passations.nouveau, name="organisme_nouveau"),
    path("instruction/organismes/<int:pk>/", passations.organisme, name="organisme_agent"),
    path("instruction/membres/<int:pk>/depart/", passations.depart, name="depart"),
    path("instruction/equipe/", equipe.equipe, name="equipe"),
    path("instruction/equipe/<int:pk>/", equipe.perimetre, name="perimetre"),
    path("instruction/contenus/", contenus.contenus, name="contenus"),
    path("instruction/contenus/journal/", contenus.journal, name="journal"),
    path("instruction/contenus/revisions/<int:pk>/", contenus.revision, name="revision"),
    path("instruction/contenus/revisions/<int:pk>/apercu/", contenus.apercu, name="apercu"),
    path("instruction/contenus/revisions/<int:pk>/publier/", contenus.publier, name="publier"),
    path("instruction/contenus/revisions/<int:pk>/annuler/", contenus.annuler, name="annuler"),
    path(
        "instruction/contenus/revisions/<int:pk>/abandonner/",
        contenus.abandonner,
        name="abandonner",
    ),
    path("instruction/contenus/<slug:genre>/", contenus.liste, name="contenus_liste"),
    path("instruction/contenus/<slug:genre>/nouveau/", contenus.nouveau, name="contenu_nouveau"),
    path("instruction/contenus/<slug:genre>/<int:pk>/", contenus.modifier, name="contenu"),
]
