"""The addresses that belong to no stage: health, one's own data."""

from django.urls import path

from appels.socle.vues import mes_donnees, sante
from partenaires.socle import entree

urlpatterns = [
    path("sante/vivant", entree.public(sante.vivant), name="vivant"),
    path("sante/pret", entree.public(sante.pret), name="pret"),
    path("mes-donnees.json", entree.connecte.sensible(mes_donnees.mes_donnees), name="mes_donnees"),
]
