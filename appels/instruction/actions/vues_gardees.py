"""Lists kept under a name."""

from appels.instruction import listes
from appels.models import Vue
from partenaires.models import Utilisateur
from partenaires.socle.refus import Refus


class VueTropLongue(Refus):
    """The address of this list is longer than what is kept."""

    phrase = "Cette liste a trop de filtres pour être gardée : retirez-en."


def garder(
    liste: listes.Liste,
    nom: str,
    *,
    par: Utilisateur,
    est_partage: bool,
) -> Vue:
    """Keep a list under a name, in the place of the one of that name. Raises `VueTropLongue`."""
    if len(liste.a_garder) > listes.LONGUEUR_MAX:
        raise VueTropLongue
    vue, _ = Vue.objects.update_or_create(
        par=par,
        nom=nom,
        defaults={"requete": liste.a_garder, "est_partage": est_partage},
    )
    return vue
