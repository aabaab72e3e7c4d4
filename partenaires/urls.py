"""The addresses of organisations, of people and of what the service publishes."""

from django.urls import path

from partenaires.comptes.vues import comptes, connexions
from partenaires.concertation import urls as concertation
from partenaires.contenus.vues import contenus
from partenaires.organismes.vues import (
    equipe,
    invitations,
    membres,
    organismes,
    passations,
    porte_documents,
    qualites,
    rectifications,
)
from partenaires.socle import entree

app_name = "partenaires"
urlpatterns = [
    *concertation.urlpatterns,
    path("espace/", entree.connecte(comptes.espace), name="espace"),
    path("session/", entree.public(comptes.session), name="session"),
    path(
        "confirmation/renvoyer/",
        entree.public.geste(comptes.renvoyer_la_confirmation),
        name="renvoyer_la_confirmation",
    ),
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
    path(
        "organismes/<int:pk>/documents/",
        entree.organisme(porte_documents.liste),
        name="porte_documents",
    ),
    path(
        "organismes/documents/<int:pk>/",
        entree.organisme(porte_documents.telecharger),
        name="document_organisme",
    ),
    path(
        "organismes/documents/<int:pk>/retirer/",
        entree.organisme.geste(porte_documents.retirer),
        name="retirer_document",
    ),
    path(
        "organismes/<int:pk>/retrouver/",
        entree.organisme.geste(organismes.retrouver),
        name="retrouver",
    ),
    path(
        "organismes/<int:pk>/reprendre-l-adresse/",
        entree.organisme.geste(organismes.reprendre_l_adresse),
        name="reprendre_l_adresse",
    ),
    path(
        "organismes/<int:pk>/rectifier/",
        entree.organisme(rectifications.demander),
        name="rectifier",
    ),
    path("organismes/<int:pk>/membres/", entree.organisme(membres.liste), name="membres"),
    path("organismes/<int:pk>/qualite/", entree.organisme(organismes.qualite), name="qualite"),
    path("organismes/<int:pk>/quitter/", entree.organisme(membres.quitter), name="quitter"),
    path("membres/<int:pk>/repondre/", entree.organisme.geste(membres.repondre), name="repondre"),
    path(
        "membres/<int:pk>/roles/",
        entree.organisme.geste(membres.changer_roles),
        name="changer_roles",
    ),
    path(
        "membres/<int:pk>/justificatif/",
        entree.qualite(qualites.justificatif),
        name="justificatif",
    ),
    path("invitations/<str:jeton>/", entree.public(invitations.invitation), name="invitation"),
    path(
        "invitations/<int:pk>/accepter/",
        entree.connecte.geste(invitations.accepter),
        name="accepter_invitation",
    ),
    path(
        "invitations/<int:pk>/annuler/",
        entree.organisme.geste(membres.annuler_invitation),
        name="annuler_invitation",
    ),
    path(
        "invitations/<int:pk>/renvoyer/",
        entree.organisme.geste(membres.renvoyer_invitation),
        name="renvoyer_invitation",
    ),
    path("instruction/qualites/", entree.agent(qualites.liste), name="qualites"),
    path(
        "instruction/qualites/<int:pk>/",
        entree.agent.geste(qualites.verifier),
        name="verifier_qualite",
    ),
    path(
        "instruction/rectifications/",
        entree.agent(rectifications.attendues),
        name="rectifications",
    ),
    path(
        "instruction/rectifications/<int:pk>/",
        entree.agent(rectifications.repondre),
        name="rectification",
    ),
    path(
        "instruction/rectifications/<int:pk>/document/",
        entree.agent(rectifications.document),
        name="document_rectification",
    ),
    path(
        "instruction/qualites/<int:pk>/refuser/",
        entree.agent(qualites.refuser),
        name="refuser_qualite",
    ),
    path(
        "instruction/designations/<int:pk>/confirmer/",
        entree.agent.geste(passations.confirmer),
        name="confirmer_designation",
    ),
    path(
        "instruction/designations/<int:pk>/ecarter/",
        entree.agent.geste(passations.ecarter),
        name="ecarter_designation",
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
    path(
        "instruction/equipe/invitations/<int:pk>/annuler/",
        entree.responsable.geste(equipe.annuler),
        name="annuler_invitation_equipe",
    ),
    path(
        "instruction/equipe/invitations/<int:pk>/renvoyer/",
        entree.responsable.geste(equipe.renvoyer),
        name="renvoyer_invitation_equipe",
    ),
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
