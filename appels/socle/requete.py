"""What a request carries once it went through our middleware, for those who read the types."""

from datetime import datetime

from django.http import HttpRequest

from appels.models import Appel
from partenaires.models import Utilisateur
from quartiers.models import Parution


class Requete(HttpRequest):
    """Never built: `contrat_ville.middleware` and the sign-in set these on Django's own request."""

    user: Utilisateur
    recu_le: datetime  # the instant that decides
    parution: Parution
    appel_a_la_une: Appel | None  # set by the first who reads it: a public page, or every page
