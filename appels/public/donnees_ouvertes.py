"""Public data that other sites may read from their own pages: the files of the portal, no page.

Nothing private is behind: the same rows for everybody, and a browser sends no cookie with `*`.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase

METHODES = "GET, HEAD, OPTIONS"
ENTETES = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
UN_JOUR = 86_400  # seconds for which a browser remembers that it may ask

VueDeDonnees = Callable[..., HttpResponseBase]


def donnees_ouvertes(vue: VueDeDonnees) -> VueDeDonnees:
    """The same answer, open to other sites; OPTIONS, that their browser sends first, is answered.

    Stands above `page_publique`: what is kept in memory does not keep these headers, and a « 304 »
    carries them too.
    """

    @wraps(vue)
    def ouverte(request: HttpRequest, **parametres: str) -> HttpResponseBase:
        if request.method == "OPTIONS":
            reponse: HttpResponseBase = HttpResponse(status=204, headers={"Allow": METHODES})
            reponse["Access-Control-Allow-Methods"] = METHODES
            reponse["Access-Control-Allow-Headers"] = "*"
            reponse["Access-Control-Max-Age"] = str(UN_JOUR)
        else:
            reponse = vue(request, **parametres)
        for nom, valeur in ENTETES.items():
            reponse[nom] = valeur
        return reponse

    return ouverte
