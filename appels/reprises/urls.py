"""The addresses where past years are taken over."""

from django.urls import path

from appels.reprises.vues import reprises
from partenaires.socle import entree

urlpatterns = [
    path("instruction/annees-passees/", entree.agent(reprises.liste), name="reprises"),
    path("instruction/annees-passees/<int:pk>/", entree.agent(reprises.page), name="reprise"),
    path(
        "instruction/annees-passees/<int:pk>/colonnes/",
        entree.agent(reprises.colonnes),
        name="colonnes_reprises",
    ),
    path(
        "instruction/annees-passees/<int:pk>/noms/",
        entree.agent(reprises.noms),
        name="noms_reprises",
    ),
    path(
        "instruction/annees-passees/<int:pk>/quartiers/",
        entree.agent(reprises.quartiers),
        name="quartiers_repris",
    ),
    path(
        "instruction/annees-passees/<int:pk>/appliquer/",
        entree.responsable.geste(reprises.appliquer),
        name="appliquer_reprise",
    ),
    path(
        "instruction/annees-passees/<int:pk>/liberer/",
        entree.responsable.envoi_sensible.geste(reprises.liberer),
        name="liberer_reprise",
    ),
    path(
        "instruction/annees-passees/<int:pk>/retirer/",
        entree.responsable.geste(reprises.retirer),
        name="retirer_reprise",
    ),
    path(
        "instruction/annees-passees/<int:pk>/defaire/",
        entree.responsable.geste(reprises.defaire),
        name="defaire_reprise",
    ),
]
