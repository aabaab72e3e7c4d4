"""Public data that other sites may read from their own pages: the files of the portal, no page.

Nothing private is behind: the same rows for everybody, and a browser sends no cookie with `*`.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse

from appels.socle.chaque_page import le_service
from appels.socle.requete import Requete
from partenaires.models import Service
from partenaires.models.service import Licence
from quartiers.horloge import a_paris
from quartiers.models import Parution

METHODES = "GET, HEAD, OPTIONS"
ENTETES = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
UN_JOUR = 86_400  # seconds for which a browser remembers that it may ask
ADRESSES = {  # of the text of each licence, as SPDX lists them
    Licence.OUVERTE: "https://spdx.org/licenses/etalab-2.0.html",
    Licence.ODBL: "https://spdx.org/licenses/ODbL-1.0.html",
}

VueDeDonnees = Callable[..., HttpResponseBase]


def donnees_ouvertes(vue: VueDeDonnees) -> VueDeDonnees:
    """The same answer, open to other sites; OPTIONS, that their browser sends first, is answered.

    Stands above `page_publique`: what is kept in memory does not keep these headers, and a « 304 »
    carries them too.
    """

    @wraps(vue)
    def ouverte(request: Requete, **parametres: str) -> HttpResponseBase:
        if request.method == "OPTIONS":
            reponse: HttpResponseBase = HttpResponse(status=204, headers={"Allow": METHODES})
            reponse["Access-Control-Allow-Methods"] = METHODES
            reponse["Access-Control-Allow-Headers"] = "*"
            reponse["Access-Control-Max-Age"] = str(UN_JOUR)
        else:
            reponse = vue(request, **parametres)
        for nom, valeur in ENTETES.items():
            reponse[nom] = valeur
        reponse["Link"] = _liens(le_service(request.parution))
        return reponse

    return ouverte


def dictionnaire() -> str:
    """The whole address of the page that says what each file and each field holds."""
    return f"{settings.URL_PUBLIQUE}{reverse('appels:donnees')}"


def _liens(service: Service) -> str:
    """What a CSV cannot say of itself: the page that describes it, and its licence once chosen."""
    liens = [f'<{dictionnaire()}>; rel="describedby"']
    if service.licence:
        liens.append(f'<{ADRESSES[Licence(service.licence)]}>; rel="license"')
    return ", ".join(liens)


def provenance(parution: Parution) -> dict[str, str]:
    """Whose data it is, under which licence (empty until it is chosen), of when."""
    service = le_service(parution)
    return {
        "licence": service.get_licence_display(),
        "producteur": service.nom,
        "maj": a_paris(parution.le).isoformat(),
    }
