"""What a request of the procedure carries, for those who read the types."""

from typing import Any

from appels.models import Appel
from partenaires.socle import entree


class Requete(entree.Requete):
    """Never built: the middleware and the sign-in set these on Django's own request."""

    appel_a_la_une: Appel | None  # set by the first who reads it: a public page, or every page
    ecritures: list[Any]  # who else writes here (`socle.ecritures`), on a page that is written
