"""What was funded: the list by quartier, axis, year and funder, and the same rows as a file."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render

from appels.models import Soutien
from appels.public import soutiens
from appels.public.donnees_ouvertes import donnees_ouvertes
from appels.socle import exports
from appels.socle.cache_public import page_qui_lit
from appels.socle.requete import Requete
from appels.socle.vues import adresse
from quartiers.francais import nombre_en_euros

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
    """What an address asks, what is offered, what it makes."""

    adresse: dict[str, str]
    offert: soutiens.Catalogue
    demande: soutiens.Demande
    totaux: soutiens.Totaux


def _choisir(request: Requete, *autres: str) -> _Selection:
    """Read the address; `autres` are the parameters that it may carry beside the filters.

    Raises `Http404` for a filter that is not offered.
    """
    lue = adresse.parametres(request, (*soutiens.FILTRES, "tri", *autres))
    offert = soutiens.catalogue(request.parution)
    try:
        demande = soutiens.lire(lue, offert)
    except soutiens.FiltreInconnu as inconnu:
        raise Http404 from inconnu
    return _Selection(lue, offert, demande, soutiens.totaux(demande, offert))


@page_qui_lit(*soutiens.FILTRES, "tri", "page")
def projets(request: Requete) -> HttpResponse:
    """The projects granted, with their totals."""
    choisie = _choisir(request, "page")
    lignes = soutiens.lignes(choisie.demande).pour_lecture()
    nombre = choisie.totaux.ensemble.nombre
    return render(
        request,
        "appels/public/projets.html",
        {
            "page": adresse.page(lignes, choisie.adresse["page"], PAR_PAGE, nombre=nombre),
            "nombre": nombre,
            "total": choisie.totaux.ensemble.montant,
            "repartition": soutiens.repartition(choisie.totaux, choisie.offert),
            "actifs": {nom: choisie.adresse[nom] for nom in NOMS if choisie.adresse[nom]},
            "filtres": [
                (nom, libelle, choisie.offert.choix(nom), choisie.adresse[nom])
                for nom, libelle in NOMS.items()
            ],
        },
    )


@donnees_ouvertes
@page_qui_lit(*soutiens.FILTRES, "tri")
def projets_csv(request: Requete) -> HttpResponse:
    """One line a project and a funder; semicolons, decimal comma, UTF-8 with its mark."""
    lignes: list[list] = []
    for projet in soutiens.lignes(_choisir(request).demande).pour_lecture():
        lignes += _lignes(projet)
    reponse = HttpResponse(
        exports.en_csv([COLONNES, *lignes]), content_type="text/csv; charset=utf-8"
    )
    reponse["Content-Disposition"] = 'attachment; filename="projets-soutenus.csv"'
    return reponse


def _lignes(projet: Soutien) -> list[list]:
    """A project in the order of COLONNES, once for each of its funders."""
    commun = [
        projet.annee,
        projet.numero,
        str(projet),
        str(projet.porteur),
        str(projet.axe or ""),
        ", ".join(place.quartier.code for place in projet.places.all()),
    ]
    lignes = []
    for part in projet.parts.all():
        if part.est_accordee:
            euros = nombre_en_euros(part.montant).replace("\u00a0", "")
            lignes.append([*commun, part.nom, euros, "accordé"])
        elif part.a_renonce:
            lignes.append([*commun, part.nom, "", "a renoncé"])
    return lignes
