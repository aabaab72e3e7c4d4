"""The addresses of the service for the residents' say."""

from django.urls import path

from partenaires.concertation.vues import consultations, paroles, rencontres
from partenaires.socle import entree

urlpatterns = [
    path("instruction/consultations/", entree.agent(consultations.liste), name="consultations"),
    path(
        "instruction/consultations/nouvelle/",
        entree.agent(consultations.nouvelle),
        name="consultation_nouvelle",
    ),
    path(
        "instruction/consultations/<int:pk>/",
        entree.agent(consultations.consultation),
        name="consultation",
    ),
    path(
        "instruction/consultations/<int:pk>/modifier/",
        entree.agent(consultations.modifier),
        name="consultation_modifier",
    ),
    path(
        "instruction/consultations/<int:pk>/apercu/",
        entree.agent(consultations.apercu),
        name="consultation_apercu",
    ),
    path(
        "instruction/consultations/<int:pk>/publier/",
        entree.responsable.sensible.geste(consultations.publier),
        name="publier_consultation",
    ),
    path(
        "instruction/consultations/<int:pk>/clore/",
        entree.responsable.geste(consultations.clore),
        name="clore_consultation",
    ),
    path(
        "instruction/consultations/<int:pk>/rencontres/",
        entree.agent(rencontres.liste),
        name="rencontres",
    ),
    path(
        "instruction/rencontres/<int:pk>/retirer/",
        entree.agent.geste(rencontres.retirer),
        name="retirer_rencontre",
    ),
    path(
        "instruction/consultations/<int:pk>/recueillir/",
        entree.agent(consultations.recueillir),
        name="recueillir",
    ),
    path(
        "instruction/consultations/<int:pk>/bilan/",
        entree.agent(consultations.bilan),
        name="bilan_de_la_consultation",
    ),
    path(
        "instruction/consultations/<int:pk>/bilan/publier/",
        entree.responsable.sensible.geste(consultations.publier_le_bilan),
        name="publier_le_bilan",
    ),
    path("instruction/paroles/", entree.agent(paroles.file_d_attente), name="paroles"),
    path("instruction/paroles/lot/", entree.agent.geste(paroles.en_lot), name="paroles_en_lot"),
    path("instruction/paroles/<int:pk>/", entree.agent(paroles.parole), name="parole"),
]
