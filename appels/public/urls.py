"""The addresses that everybody reads."""

from django.urls import path

from appels.public.vues import (
    appel,
    contact,
    contrat,
    courriels_de_la_demo,
    obligations,
    projets,
    publiques,
    statistiques,
    territoire,
)
from appels.socle.vues import reperes  # noqa: F401 (it registers how a call is named)
from partenaires.socle import entree

urlpatterns = [
    path("", entree.public(publiques.accueil), name="accueil"),
    path("quartiers/", entree.public(territoire.quartiers), name="quartiers"),
    path("quartiers/carte.svg", entree.public(territoire.carte_svg), name="carte_svg"),
    path(
        "quartiers/quartiers.geojson",
        entree.public(territoire.quartiers_geojson),
        name="quartiers_geojson",
    ),
    path("quartiers/quartiers.csv", entree.public(territoire.quartiers_csv), name="quartiers_csv"),
    path("quartiers/<str:code>/", entree.public(territoire.quartier), name="quartier"),
    path("suis-je-dans-un-qpv/", entree.public(territoire.situer), name="situer"),
    path("contrat/", entree.public(contrat.contrat), name="contrat"),
    path("contrat/axes/<slug:cle>/", entree.public(contrat.axe), name="axe"),
    path("contrat/documents/", entree.public(contrat.documents), name="documents"),
    path("contrat/documents/<slug:cle>/", entree.public(contrat.document), name="document"),
    path(
        "contrat/documents/<slug:cle>/fichier/",
        entree.public(contrat.document_fichier),
        name="document_fichier",
    ),
    path("chiffres/", entree.public(contrat.chiffres), name="chiffres"),
    path("partenaires/", entree.public(contrat.partenaires), name="partenaires"),
    path("projets/", entree.public(projets.projets), name="projets"),
    path("projets/projets.csv", entree.public(projets.projets_csv), name="projets_csv"),
    path("projets/projets.json", entree.public(projets.projets_json), name="projets_json"),
    path(
        "projets/projets.geojson",
        entree.public(projets.projets_geojson),
        name="projets_geojson",
    ),
    path("projets/<slug:numero>/", entree.public(projets.projet), name="projet"),
    path("statistiques/", entree.public(statistiques.page), name="statistiques"),
    path(
        "statistiques/statistiques.csv",
        entree.public(statistiques.fichier),
        name="statistiques_csv",
    ),
    path("appel/", entree.public(appel.appel), name="appel"),
    path("appel/<repere:repere>/", entree.public(appel.appel), name="appel_annee"),
    path("appel/precedents/", entree.public(appel.precedents), name="precedents"),
    path("appel/modeles/<int:pk>/", entree.public(appel.modele), name="modele"),
    path("appel/questions/", entree.public(appel.questions), name="questions"),
    path(
        "appel/questions/<repere:repere>/<slug:genre>.pdf",
        entree.public(appel.questions_pdf),
        name="questions_pdf",
    ),
    path("appel/eligibilite/", entree.public(appel.eligibilite), name="eligibilite"),
    path("appel/calendrier.ics", entree.public(appel.calendrier_ics), name="calendrier_ics"),
    path("appel/appels.json", entree.public(appel.appels_json), name="appels_json"),
    path("appel/fil.atom", entree.public(appel.fil), name="fil"),
    path("aide/", entree.public(publiques.aide), name="aide"),
    path("aide/<slug:role>/", entree.public(publiques.aide_role), name="aide_role"),
    path("contact/", entree.public(publiques.contact), name="contact"),
    path("contact/ecrire/", entree.public(contact.ecrire), name="ecrire_au_service"),
    path("plan-du-site/", entree.public(publiques.plan), name="plan_du_site"),
    path("sitemap.xml", entree.public(obligations.sitemap), name="sitemap"),
    path("robots.txt", entree.public(publiques.robots), name="robots"),
    path("mentions-legales/", entree.public(obligations.mentions_legales), name="mentions_legales"),
    path(
        "donnees-personnelles/",
        entree.public(obligations.donnees_personnelles),
        name="donnees_personnelles",
    ),
    path("cookies/", entree.public(obligations.cookies), name="cookies"),
    path("accessibilite/", entree.public(obligations.accessibilite), name="accessibilite"),
    path("accessibilite/grille/", entree.public(obligations.grille), name="grille"),
    path("ecoconception/", entree.public(obligations.ecoconception), name="ecoconception"),
    path(
        "demonstration/courriels/",
        entree.public(courriels_de_la_demo.courriels_de_la_demo),
        name="courriels_de_la_demo",
    ),
]
