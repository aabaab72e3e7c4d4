"""Every family of pages that is weighed: those that everybody reads, then those of each role."""

from collections import defaultdict

from django.urls import reverse

from appels.public import plan_du_site
from contrat_ville import mesures, photographies
from quartiers import geographie
from quartiers.models import Parution

ENTRER = ("account_login", "account_signup", "account_reset_password")
ROLES = {
    "redaction": "Espace des organismes",
    "signature": "Espace des organismes",
    "agent": "Espace du service",
    "responsable": "Espace du service",
    "financeur": "Espace des financeurs",
}


def publiques() -> dict[str, list[str]]:
    """{family: addresses} of what is read without an account."""
    parties = plan_du_site.parties(geographie.lire(Parution.actuelle()))
    familles = {nom: [adresse for adresse, _ in pages] for nom, pages in parties}
    return familles | {"Entrer": [reverse(nom) for nom in ENTRER]}


def privees() -> dict[str, list[str]]:
    """{account of the demonstration: addresses} of the pages where each role works."""
    ou = photographies.adresses()
    adresses: dict[str, list[str]] = defaultdict(list)
    for photo in photographies.PHOTOS:
        if photo.compte:
            adresses[photo.compte].append(ou[photo.nom])
    return dict(adresses)


def peser(racine: str) -> list[dict]:
    """What each page weighs, with its family."""
    par_famille, par_compte = publiques(), privees()  # before the browser, whose loop runs here
    with mesures.chromium() as navigateur:
        return _peser(racine, par_famille, par_compte, navigateur)


def _peser(
    racine: str,
    par_famille: dict[str, list[str]],
    par_compte: dict[str, list[str]],
    navigateur,
) -> list[dict]:
    pesees = []
    for famille, chemins in par_famille.items():
        pages = mesures.peser(racine, chemins, navigateur)
        pesees += [{"famille": famille, **page} for page in pages]
    for compte, chemins in par_compte.items():
        contexte = navigateur.new_context(base_url=racine, locale="fr-FR")
        photographies.entrer(contexte.new_page(), compte)
        entre = contexte.storage_state()
        contexte.close()
        pages = mesures.peser(racine, chemins, navigateur, entre)
        pesees += [{"famille": ROLES[compte], **page} for page in pages]
    return pesees
