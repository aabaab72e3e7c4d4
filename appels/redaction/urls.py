"""The addresses where a project is written."""

from django.urls import path

from appels.redaction.vues import accompagnement, codes, lieux, parties, pieces, porteurs
from appels.socle.vues import reperes  # noqa: F401 (it registers how a call is named)
from partenaires.socle import entree

urlpatterns = [
    path("dossiers/", entree.connecte(porteurs.mes_dossiers), name="mes_dossiers"),
    path("dossiers/nouveau/<repere:repere>/", entree.connecte(porteurs.nouveau), name="nouveau"),
    path("dossiers/<int:pk>/", entree.organisme(porteurs.dossier), name="dossier"),
    path("dossiers/<int:pk>/organisme/", entree.organisme(porteurs.organisme), name="organisme"),
    path("dossiers/<int:pk>/pieces/", entree.redaction(pieces.pieces), name="pieces"),
    path(
        "dossiers/<int:pk>/pieces/prendre/",
        entree.redaction.geste(pieces.prendre),
        name="prendre_pieces",
    ),
    path(
        "dossiers/<int:pk>/pieces/<int:document_pk>/ajouter/",
        entree.redaction.geste(pieces.ajouter),
        name="ajouter_piece",
    ),
    path(
        "dossiers/<int:pk>/pieces/<int:document_pk>/joindre/<int:garde_pk>/",
        entree.redaction.geste(pieces.joindre),
        name="joindre_document",
    ),
    path(
        "dossiers/<int:pk>/pieces/<int:document_pk>/reprendre/<int:piece_pk>/",
        entree.redaction.geste(pieces.reprendre),
        name="reprendre_piece",
    ),
    path(
        "dossiers/<int:pk>/coordonnees/",
        entree.redaction.envoi_sensible.geste(pieces.coordonnees),
        name="coordonnees",
    ),
    path("dossiers/<int:pk>/rib/", entree.rib.sensible(pieces.rib), name="rib"),
    path(
        "dossiers/<int:pk>/lieux/ajouter/",
        entree.redaction.geste(lieux.ajouter),
        name="ajouter_lieu",
    ),
    path("dossiers/<int:pk>/delai/", entree.redaction.geste(codes.utiliser), name="utiliser_code"),
    path(
        "dossiers/<int:pk>/ouvrir/",
        entree.redaction.geste(accompagnement.ouvrir),
        name="ouvrir_au_service",
    ),
    path("dossiers/<int:pk>/papier/", entree.depose(accompagnement.scan), name="scan_papier"),
    path("dossiers/<int:pk>/partie/<str:nom>/", entree.redaction(parties.partie), name="partie"),
    path("pieces/<int:pk>/", entree.depose(pieces.piece), name="piece"),
    path("pieces/<int:pk>/apercu/", entree.depose(pieces.apercu), name="apercu_piece"),
    path("pieces/<int:pk>/retirer/", entree.redaction.geste(pieces.retirer), name="retirer_piece"),
]
