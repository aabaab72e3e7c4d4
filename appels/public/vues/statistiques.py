"""The statistics of the service, drawn and in tables; the same rows as a file."""

from django.http import HttpResponse
from django.shortcuts import render

from appels.public import statistiques
from appels.public.donnees_ouvertes import donnees_ouvertes
from appels.socle import exports
from appels.socle.cache_public import page_publique
from appels.socle.chaque_page import le_service
from appels.socle.requete import Requete

ANNEES = 4  # drawn; the file has them all
COLONNES = ["annee", "origine", "chiffre", "valeur", "unite", "sur", "regle"]


@page_publique
def page(request: Requete) -> HttpResponse:
    """Each figure with its rule, its bars and its table."""
    seuil = le_service(request.parution).seuil_statistiques
    chiffres = statistiques.chiffres(seuil, request.parution)
    return render(
        request,
        "appels/public/statistiques.html",
        {
            "chiffres": [(chiffre, chiffre.recentes(ANNEES)) for chiffre in chiffres],
            "seuil": seuil,
            "est_vide": not any(chiffre.valeurs for chiffre in chiffres),
            "annees": ANNEES,
        },
    )


@donnees_ouvertes
@page_publique
def fichier(request: Requete) -> HttpResponse:
    """One line a figure and a year; semicolons, decimal comma, UTF-8 with its mark."""
    lignes: list[list] = []
    seuil = le_service(request.parution).seuil_statistiques
    for chiffre in statistiques.chiffres(seuil, request.parution):
        for valeur in chiffre.valeurs:
            tue = valeur.nombre is None
            lignes.append(
                [
                    valeur.annee,
                    "données reprises" if valeur.est_reprise else "portail",
                    chiffre.nom,
                    valeur.texte if tue else str(valeur.nombre).replace(".", ","),
                    chiffre.unite,
                    "" if tue else valeur.sur,
                    chiffre.regle,
                ]
            )
    reponse = HttpResponse(
        exports.en_csv([COLONNES, *lignes]), content_type="text/csv; charset=utf-8"
    )
    reponse["Content-Disposition"] = 'attachment; filename="statistiques.csv"'
    return reponse
