"""The thread of a list: what a page opened from it carries, so that each act leads back there.

The address of such a page ends with `liste` (the query of the list) and `rang` (the rank of the
dossier in it). A form without an address of its own sends them again; a link and a form that names
its address say `{% suite_de_la_liste %}`; an act that is done redirects by this module.
"""

from dataclasses import dataclass

from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from appels.instruction import listes
from appels.instruction.vues.liste import lue, suite_dans_la_liste
from appels.models import Dossier
from appels.socle.requete import Requete
from partenaires.models import Utilisateur
from partenaires.socle import droits

SUIVANT = "suivant"  # the name of the button « …, et suivant »


@dataclass(frozen=True)
class Place:
    """Where a dossier stands in the list that it was opened from: addresses, empty when none."""

    liste: str = ""
    avant: str = ""
    apres: str = ""


def place(request: Requete, dossier: Dossier, vue: str = "") -> Place:
    """The list that the address names, the dossier before this one in it and the one after.

    `vue`: the page where these two open, when it is not the one where this person works.
    """
    requete = request.GET.get("liste", "")
    rang = request.GET.get("rang", "")
    if not requete or len(requete) > listes.LONGUEUR_MAX:
        return Place()
    retour = f"{reverse('appels:instruction')}?{requete}"
    form, liste = lue(request, QueryDict(requete))
    if not (form.is_valid() and rang.isascii() and rang.isdigit() and len(rang) < 8):
        return Place(liste=retour)
    rangees = liste.dossiers(listes.lisibles_par(request.user), request.recu_le)
    avant, apres = listes.voisins(rangees, dossier.pk, int(rang))
    vue = vue or page_de(request.user)
    return Place(retour, _adresse(vue, avant, requete), _adresse(vue, apres, requete))


def page_de(personne: Utilisateur) -> str:
    """The page where a person works on a dossier: its examination, or a funder’s opinion."""
    return "appels:examen" if droits.est_agent(personne) else "appels:avis"


def _adresse(vue: str, voisin: listes.Voisin | None, requete: str) -> str:
    """The page of a neighbour in the list, which it keeps following; empty when there is none."""
    if voisin is None:
        return ""
    return f"{reverse(vue, args=[voisin.pk])}?{suite_dans_la_liste(requete, voisin.rang)}"


def revenir(request: Requete, vue: str, pk: int) -> HttpResponseRedirect:
    """To a page of the same dossier, the list still at hand."""
    portes = QueryDict(mutable=True)
    for nom in ("liste", "rang"):
        valeur = request.GET.get(nom, "")
        if valeur and len(valeur) <= listes.LONGUEUR_MAX:
            portes[nom] = valeur
    fin = f"?{portes.urlencode()}" if portes else ""
    return redirect(reverse(vue, args=[pk]) + fin)


def apres_l_acte(
    request: Requete, place_avant: Place, pk: int, vue: str = "appels:examen"
) -> HttpResponseRedirect:
    """Where an act of the service leads: the next of the list when it was asked, its end when
    there is none, else the dossier itself. `place_avant`: read before the act, which may take the
    dossier out of its list.
    """
    if SUIVANT not in request.POST:
        return revenir(request, vue, pk)
    return redirect(place_avant.apres or place_avant.liste or reverse("appels:instruction"))
