"""The public pages, by theme: one list for the page « Plan du site » and for sitemap.xml."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from appels.models import Appel, Soutien
from partenaires.models import Consultation
from quartiers.geographie import Geographie
from quartiers.models import Axe, Document

PROJETS_MAX = 40_000  # addresses: the form of the file stops at 50,000
AIDES = {
    "associations": "Associations et services municipaux",
    "agents": "Agents du service Cohésion Sociale",
    "financeurs": "Financeurs",
    "public": "Habitantes, habitants et presse",
}
PAGES = {
    "Le territoire": [
        ("appels:quartiers", "Les six quartiers"),
        ("appels:situer", "Suis-je dans un quartier prioritaire ?"),
        ("appels:chiffres", "Les chiffres clés"),
    ],
    "Le Contrat de Ville": [
        ("appels:contrat", "Le contrat"),
        ("appels:documents", "Les documents"),
        ("appels:partenaires", "Les partenaires"),
        ("appels:projets", "Les projets soutenus"),
        ("appels:donnees", "Données et API"),
    ],
    "La parole des habitantes et des habitants": [
        ("appels:participer", "Participer"),
        ("appels:suivre", "Suivre ma contribution"),
        ("appels:statistiques", "Statistiques du service"),
    ],
    "L’appel à projets": [
        ("appels:appel", "L’appel à projets"),
        ("appels:eligibilite", "Puis-je répondre ?"),
        ("appels:commencer", "Commencer mon projet"),
        ("appels:questions", "Toutes les questions"),
        ("appels:precedents", "Les appels précédents"),
        ("appels:verifier", "Vérifier un récépissé ou une lettre"),
    ],
    "Aide et contact": [
        ("appels:aide", "Aide"),
        ("appels:contact", "Contact"),
        ("appels:ecrire_au_service", "Écrire au service"),
    ],
    "Le site": [
        ("appels:accueil", "Accueil"),
        ("appels:recherche", "Chercher"),
        ("appels:mentions_legales", "Mentions légales"),
        ("appels:donnees_personnelles", "Données personnelles"),
        ("appels:cookies", "Cookies"),
        ("appels:accessibilite", "Accessibilité : non conforme"),
        ("appels:grille", "Grille des 106 critères"),
        ("appels:ecoconception", "Écoconception"),
    ],
}


def parties(geographie: Geographie) -> list[tuple[str, list[tuple[str, str]]]]:
    """[(theme, [(address, name)])], with a line for each quartier, axis, document,
    consultation and past call."""
    suites = {
        "Le territoire": [
            (reverse("appels:quartier", args=[quartier.code]), str(quartier))
            for quartier in geographie.quartiers
        ],
        "Le Contrat de Ville": [
            *[(reverse("appels:axe", args=[axe.cle]), str(axe)) for axe in Axe.objects.all()],
            *[
                (document.get_absolute_url(), str(document))
                for document in Document.objects.publies()
            ],
        ],
        "La parole des habitantes et des habitants": [
            *[
                (reverse("appels:consultation", args=[consultation.adresse]), str(consultation))
                for consultation in Consultation.objects.publiees()
            ],
            *[
                (
                    reverse("appels:paroles_du_quartier", args=[quartier.code]),
                    f"La parole, {quartier}",
                )
                for quartier in geographie.quartiers
            ],
        ],
        "L’appel à projets": [
            (reverse("appels:appel_annee", args=[appel.repere]), str(appel))
            for appel in Appel.objects.publies()
        ],
        "Aide et contact": [
            (reverse("appels:aide_role", args=[role]), f"Aide : {nom}")
            for role, nom in AIDES.items()
        ],
    }
    themes = []
    for theme, pages in PAGES.items():
        lignes = [(reverse(vue), nom) for vue, nom in pages]
        themes.append((theme, lignes + suites.get(theme, [])))
    return themes


class PlanPublic(Sitemap):
    """sitemap.xml: the same addresses, and the page of each project."""

    def __init__(self, geographie: Geographie, protocol: str | None):
        self.geographie = geographie
        self.protocol = protocol

    def items(self) -> list[str]:
        adresses: list[str] = []
        for _, pages in parties(self.geographie):
            adresses += [adresse for adresse, _ in pages]
        return adresses + _projets()

    def location(self, item: str) -> str:
        return item


def _projets() -> list[str]:
    """The page of each project granted: too many for a page of the site, not for a program."""
    numeros = Soutien.objects.order_by("-annee", "tri", "pk").values_list("numero", flat=True)
    return [reverse("appels:projet", args=[numero]) for numero in numeros[:PROJETS_MAX]]
