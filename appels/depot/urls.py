"""The addresses of the deposit, its papers and its corrections."""

from django.urls import path

from appels.depot.vues import arret, correction, depot, papiers, verification
from partenaires.socle import entree

urlpatterns = [
    path("verifier/", entree.public(verification.verifier), name="verifier"),
    path("verifier/<str:code>/", entree.public(verification.verifier_code), name="verifier_code"),
    path("dossiers/<int:pk>/relecture/", entree.depose(depot.relecture), name="relecture"),
    path("dossiers/<int:pk>/signature/", entree.redaction(depot.signature), name="signature"),
    path("dossiers/<int:pk>/reprendre/", entree.redaction.geste(depot.rouvrir), name="reprendre"),
    path("dossiers/<int:pk>/deposer/", entree.signataire(depot.deposer), name="deposer"),
    path("dossiers/<int:pk>/corriger/", entree.redaction(correction.corriger), name="corriger"),
    path(
        "dossiers/<int:pk>/changements/",
        entree.organisme(correction.changements),
        name="changements",
    ),
    path("dossiers/<int:pk>/depuis/", entree.depose(correction.depuis), name="depuis"),
    path("dossiers/<int:pk>/versions/", entree.depose(correction.versions), name="versions"),
    path("dossiers/<int:pk>/abandonner/", entree.redaction(arret.abandonner), name="abandonner"),
    path("dossiers/<int:pk>/retablir/", entree.redaction.geste(arret.retablir), name="retablir"),
    path("dossiers/<int:pk>/retirer/", entree.redaction(arret.retirer), name="retirer"),
    path("dossiers/<int:pk>/depose/", entree.depose(depot.depose), name="depose"),
    path("dossiers/<int:pk>/recepisse/", entree.depose(depot.recepisse), name="recepisse"),
    path(
        "dossiers/<int:pk>/recepisse.pdf", entree.depose(depot.recepisse_pdf), name="recepisse_pdf"
    ),
    path("dossiers/<int:pk>/budget.xlsx", entree.depose(papiers.budget_xlsx), name="budget_xlsx"),
    path("dossiers/<int:pk>/budget.csv", entree.depose(papiers.budget_csv), name="budget_csv"),
    path("dossiers/<int:pk>/papiers/", entree.depose(papiers.liste), name="papiers"),
    path("dossiers/<int:pk>/papiers/<slug:genre>/", entree.depose(papiers.fichier), name="papier"),
]
