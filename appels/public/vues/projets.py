"""What was funded: the list by quartier, axis, year and funder, and the same rows as a file."""

from django.http import HttpResponse
from django.shortcuts import render

from appels.public import soutiens
from appels.socle import exports
from appels.socle.cache_public import page_publique
from appels.socle.vues import adresse
from quartiers import geographie
from quartiers.francais import nombre_en_euros
from quartiers.models import Axe

NOMS = {"quartier": "Quartier", "axe": "Axe", "annee": "Année", "financeur": "Financeur"}
COLONNES = [
    "annee",
    "numero",
    "projet",
    "porteur",
    "axe",
    "quartiers",
    "financeur",
    "montant_vote_euros",
]


def _choisis(request, *autres: str) -> tuple[dict, list[soutiens.Soutien], dict]:
    """(what each filter offers, the projects kept, what was asked)."""
    territoire = geographie.lire(request.parution)
    tous = soutiens.publies(territoire.quartiers)
    offres = soutiens.choix(tous, territoire.quartiers, Axe.objects.all())
    lus = adresse.parametres(request, (*NOMS, *autres))
    filtres = soutiens.Filtres(**{nom: adresse.choisi(lus[nom], offres[nom]) for nom in NOMS})
    return offres, [s for s in tous if filtres.garde(s)], lus


@page_publique
def projets(request):
    """The projects granted, with their totals."""
    offres, gardes, lus = _choisis(request, "page")
    actifs = {nom: valeur for nom, valeur in lus.items() if valeur and nom != "page"}
    return render(
        request,
        "appels/public/projets.html",
        {
            "page": adresse.page(gardes, lus["page"]),
            "nombre": len(gardes),
            "total": sum(s.total for s in gardes),
            "repartition": soutiens.repartir(gardes),
            "actifs": actifs,
            "filtres": [(nom, libelle, offres[nom], lus[nom]) for nom, libelle in NOMS.items()],
        },
    )


@page_publique
def projets_csv(request):
    """One line a project and a funder; semicolons, decimal comma, UTF-8 with its mark."""
    _, gardes, _ = _choisis(request)
    lignes = [
        [
            s.annee,
            s.dossier.numero,
            str(s.dossier),
            str(s.dossier.porteur),
            str(s.dossier.axe or ""),
            ", ".join(q.code for q in s.quartiers),
            financeur,
            nombre_en_euros(montant).replace("\u00a0", ""),
        ]
        for s in gardes
        for financeur, montant in s.accords
    ]
    reponse = HttpResponse(
        exports.en_csv([COLONNES, *lignes]), content_type="text/csv; charset=utf-8"
    )
    reponse["Content-Disposition"] = 'attachment; filename="projets-soutenus.csv"'
    return reponse
