"""What was funded: the list by quartier, axis, year and funder, and the same rows as a file."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from appels.public import soutiens
from appels.public.donnees_ouvertes import donnees_ouvertes
from appels.socle import exports
from appels.socle.cache_public import page_qui_lit
from appels.socle.requete import Requete
from appels.socle.vues import adresse
from quartiers import geographie
from quartiers.francais import nombre_en_euros
from quartiers.models import Axe

PAR_PAGE = 12  # with the filters and the totals, the page stays light (CONCEPTION §5)
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
    "etat",
]


@dataclass(frozen=True)
class _Selection:
    """What each filter offers, what was asked (a value by name), the projects kept."""

    offres: dict[str, list[tuple[str, str]]]
    demande: dict[str, str]
    projets: list[soutiens.Soutien]


def _choisir(request: Requete, *autres: str) -> _Selection:
    """Read the address; `autres` are the parameters that it may carry beside the filters."""
    territoire = geographie.lire(request.parution)
    tous = soutiens.publies(territoire.quartiers)
    offres = soutiens.choix(tous, territoire.quartiers, Axe.objects.all())
    demande = adresse.parametres(request, (*NOMS, *autres))
    filtres = soutiens.Filtres(**{nom: adresse.choisi(demande[nom], offres[nom]) for nom in NOMS})
    return _Selection(offres, demande, [projet for projet in tous if filtres.garde(projet)])


@page_qui_lit(*NOMS, "page")
def projets(request: Requete) -> HttpResponse:
    """The projects granted, with their totals."""
    selection = _choisir(request, "page")
    demande = selection.demande
    return render(
        request,
        "appels/public/projets.html",
        {
            "page": adresse.page(selection.projets, demande["page"], PAR_PAGE),
            "nombre": len(selection.projets),
            "total": sum(projet.total for projet in selection.projets),
            "repartition": soutiens.repartir(selection.projets),
            "actifs": {nom: demande[nom] for nom in NOMS if demande[nom]},
            "filtres": [
                (nom, libelle, selection.offres[nom], demande[nom]) for nom, libelle in NOMS.items()
            ],
        },
    )


@donnees_ouvertes
@page_qui_lit(*NOMS)
def projets_csv(request: Requete) -> HttpResponse:
    """One line a project and a funder; semicolons, decimal comma, UTF-8 with its mark."""
    lignes: list[list] = []
    for projet in _choisir(request).projets:
        lignes += _lignes(projet)
    reponse = HttpResponse(
        exports.en_csv([COLONNES, *lignes]), content_type="text/csv; charset=utf-8"
    )
    reponse["Content-Disposition"] = 'attachment; filename="projets-soutenus.csv"'
    return reponse


def _lignes(projet: soutiens.Soutien) -> list[list]:
    """A project in the order of COLONNES, once for each of its funders."""
    dossier = projet.dossier
    commun = [
        projet.annee,
        dossier.numero,
        str(dossier),
        str(dossier.porteur),
        str(dossier.axe or ""),
        ", ".join(quartier.code for quartier in projet.quartiers),
    ]
    accords = [
        [*commun, financeur, nombre_en_euros(montant).replace("\u00a0", ""), "accordé"]
        for financeur, montant in projet.accords
    ]
    return accords + [[*commun, financeur, "", "a renoncé"] for financeur in projet.renonces]
