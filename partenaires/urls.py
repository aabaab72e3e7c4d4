"""The addresses of organisations, of people and of what the service publishes."""

from django.urls import path

from partenaires.comptes.vues import comptes, connexions
from partenaires.contenus.vues import contenus
from partenaires.organismes.vues import equipe, organismes, passations
from partenaires.socle import entree

app_name = "partenaires"
urlpatterns = [
    path("espace/", entree.connecte(comptes.espace), name="espace"),
    path("session/", entree.public(comptes.session), name="session"),
    path("mon-compte/", entree.connecte(comptes.mon_compte), name="mon_compte"),
    path("mon-compte/fermer/", entree.connecte(comptes.fermer), name="fermer_compte"),
    path(
        "mon-compte/connexions/",
        entree.connecte(connexions.les_miennes),
        name="mes_connexions",
    ),
    path(
        "mon-compte/connexions/fermer/",
        entree.connecte.geste(connexions.fermer),
        name="fermer_session",
    ),
    path("organismes/", entree.connecte(organismes.organismes), name="organismes"),
    path("organismes/nouveau/", entree.connecte(organismes.nouveau), name="nouveau"),
    path("organismes/<int:pk>/fiche/", entree.organisme(organismes.fiche), name="fiche"),
    path("organismes/<int:pk>/membres/", entree.organisme(organismes.membres), name="membres"),
    path("organismes/<int:pk>/quitter/", entree.organisme(organismes.quitter), name="quitter"),
    path(
        "membres/<int:pk>/repondre/", entree.organisme.geste(organismes.repondre), name="repondre"
    ),
    path(
        "membres/<int:pk>/role/",
        entree.organisme.geste(organismes.changer_role),
        name="changer_role",
    ),
    path(
        "membres/<int:pk>/justificatif/",
        entree.qualite(organismes.justificatif),
        name="justificatif",
    ),
    path("invitations/<str:jeton>/", entree.connecte(organismes.invitation), name="invitation"),
    path("instruction/qualites/", entree.agent(organismes.qualites), name="qualites"),
    path(
        "instruction/qualites/<int:pk>/",
        entree.agent.geste(organismes.verifier_qualite),
        name="verifier_qualite",
    ),
    path("instruction/organismes/", entree.agent(passations.annuaire), name="annuaire"),
    path(
        "instruction/organismes/nouveau/",
        entree.agent(passations.nouveau),
        name="organisme_nouveau",
    ),
    path(
        "instruction/organismes/<int:pk>/",
        entree.agent(passations.organisme),
        name="organisme_agent",
    ),
    path(
        "instruction/membres/<int:pk>/depart/", entree.agent.geste(passations.depart), name="depart"
    ),
    path("instruction/equipe/", entree.responsable(equipe.equipe), name="equipe"),
    path("instruction/equipe/<int:pk>/", entree.responsable(equipe.perimetre), name="perimetre"),
    path("instruction/connexions/", entree.responsable(connexions.toutes), name="connexions"),
    path("instruction/contenus/", entree.agent(contenus.contenus), name="contenus"),
    path("instruction/contenus/journal/", entree.agent(contenus.journal), name="journal"),
    path(
        "instruction/contenus/revisions/<int:pk>/", entree.agent(contenus.revision), name="revision"
    ),
    path(
        "instruction/contenus/revisions/<int:pk>/apercu/",
        entree.agent(contenus.apercu),
        name="apercu",
    ),
    path(
        "instruction/contenus/revisions/<int:pk>/publier/",
        entree.agent.sensible.geste(contenus.publier),
        name="publier",
    ),
    path(
        "instruction/contenus/revisions/<int:pk>/annuler/",
        entree.agent.geste(contenus.annuler),
        name="annuler",
    ),
    path(
        "instruction/contenus/revisions/<int:pk>/abandonner/",
        entree.agent.geste(contenus.abandonner),
        name="abandonner",
    ),
    path("instruction/contenus/<slug:genre>/", entree.agent(contenus.liste), name="contenus_liste"),
    path(
        "instruction/contenus/<slug:genre>/nouveau/",
        entree.agent(contenus.nouveau),
        name="contenu_nouveau",
    ),
    path(
        "instruction/contenus/<slug:genre>/<int:pk>/",
        entree.agent(contenus.modifier),
        name="contenu",
    ),
]
