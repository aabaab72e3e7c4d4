"""What a request of the procedure carries, for those who read the types."""

from typing import TYPE_CHECKING

from appels.models import Appel
from partenaires.socle import entree

if TYPE_CHECKING:
    from appels.socle.ecritures import Ecriture


class Requete(entree.Requete):
    """Never built: the middleware and the sign-in set these on Django's own request."""

    appel_a_la_une: Appel | None  # set by the first who reads it: a public page, or every page
    ecritures: "list[Ecriture]"  # who else writes here, set by a page that is written
