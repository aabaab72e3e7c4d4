"""The portal with one more address, an empty view, for the measures: never served otherwise."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import include, path

from partenaires.socle.entree import Requete

handler404 = "appels.socle.vues.erreurs.introuvable"


@login_not_required
def vide(request: Requete):
    """The least that this stack of middleware can answer."""
    return HttpResponse(b"")


urlpatterns = [path("mesure/vide", vide), path("", include("contrat_ville.urls"))]
