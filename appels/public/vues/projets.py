"""What was funded: the list, its map and its totals, and the same rows as files."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from appels.models import Soutien
from appels.models.soutien import SoutienQuerySet
from appels.public import donnees_des_projets as donnees
from appels.public import fiches, paroles, soutiens
from appels.public.donnees_ouvertes import dictionnaire, donnees_ouvertes, provenance
from appels.public.liste_des_projets import EN_TABLEAU, ListeDesProjets
from appels.socle import exports
from appels.socle.cache_public import page_qui_lit
from appels.socle.requete import Requete
from appels.socle.vues import adresse
from partenaires.models import Partenaire
from partenaires.socle import demonstration
from quartiers import geographie
from quartiers.horloge import a_paris

# With the map, its table when it is asked, the filters, the bars: 382 elements (CONCEPTION §5).
PAR_PAGE = 8
PAR_PAGE_AU_TABLEAU = 5
ENTIER = 2000  # rows: a larger file is sent as it is made, and not kept
LOT = 500


@dataclass(frozen=True)
class _Selection:
    """What an address asks, what is offered, what it makes."""

    adresse: dict[str, str]
    offert: soutiens.Catalogue
    demande: soutiens.Demande

    @property
    def totaux(self) -> soutiens.Totaux:
        return soutiens.totaux(self.demande, self.offert)

    @property
    def lignes(self) -> SoutienQuerySet:
        """Every row; a file reads them by lots."""
        return soutiens.lignes(self.demande).pour_lecture()

    @property
    def est_grande(self) -> bool:
        """Perhaps: so many are public, whatever is asked of them."""
        return self.offert.ensemble.nombre > ENTIER


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
    return _Selection(lue, offert, demande)


@page_qui_lit(*soutiens.FILTRES, "tri", "carte", "page", du_jour=True)
def projets(request: Requete) -> HttpResponse:
    """The projects granted, with their totals; the table of the map when it is asked."""
    choisie = _choisir(request, "carte", "page")
    adresse.choisi(choisie.adresse["carte"], [(EN_TABLEAU, "")])
    par_page = PAR_PAGE_AU_TABLEAU if choisie.adresse["carte"] else PAR_PAGE
    lignes = soutiens.lignes(choisie.demande).pour_lecture()
    organisme = choisie.demande.organisme
    totaux = choisie.totaux
    liste = ListeDesProjets(
        adresse={nom: valeur for nom, valeur in choisie.adresse.items() if valeur},
        offert=choisie.offert,
        totaux=totaux,
        territoire=geographie.lire(request.parution),
        page=adresse.page(lignes, choisie.adresse["page"], par_page, nombre=totaux.ensemble.nombre),
        jour=a_paris(request.recu_le).date(),
        organisme=Partenaire.objects.get(pk=organisme) if organisme else None,
    )
    return render(
        request,
        "appels/public/projets.html",
        {"liste": liste, "page": liste.page, "parution": request.parution},
    )


@donnees_ouvertes
@page_qui_lit(*soutiens.FILTRES, "tri")
def projets_csv(request: Requete) -> HttpResponseBase:
    """One line a project and a funder; semicolons, decimal comma, UTF-8 with its mark."""
    choisie = _choisir(request)

    rangees = (
        rangee
        for projet in choisie.lignes.iterator(chunk_size=LOT)
        for rangee in donnees.lignes_du_csv(projet)
    )
    flux = exports.flux_csv(list(donnees.COLONNES), rangees)
    return _fichier(choisie, flux, "projets-soutenus.csv", "text/csv; charset=utf-8")


@donnees_ouvertes
@page_qui_lit(*soutiens.FILTRES, "tri")
def projets_json(request: Requete) -> HttpResponseBase:
    """The rows with their totals."""
    choisie = _choisir(request)
    ensemble = choisie.totaux.ensemble
    tete = {
        "nombre": ensemble.nombre,
        "montant_vote_euros": donnees.euros(ensemble.montant),
    }
    entites = (donnees.en_donnees(projet, _adresse(request, projet)) for projet in choisie.lignes)
    nom = "projets-soutenus.json"
    return _en_json(request, choisie, tete, "projets", entites, nom, "application/json")


@donnees_ouvertes
@page_qui_lit(*soutiens.FILTRES, "tri")
def projets_geojson(request: Requete) -> HttpResponseBase:
    """The same rows with their places: RFC 7946."""
    choisie = _choisir(request)
    territoire = geographie.lire(request.parution)
    entites = (
        donnees.en_entite(projet, _adresse(request, projet), territoire)
        for projet in choisie.lignes.prefetch_related("adresses").iterator(chunk_size=LOT)
    )
    genre = "application/geo+json"
    tete = {"type": "FeatureCollection"}
    nom = "projets-soutenus.geojson"
    return _en_json(request, choisie, tete, "features", entites, nom, genre)


def _adresse(request: Requete, projet: Soutien) -> str:
    return request.build_absolute_uri(reverse("appels:projet", args=[projet.numero]))


def _en_json(
    request: Requete,
    choisie: _Selection,
    tete: dict[str, Any],
    nom: str,
    entites: Iterable[dict[str, Any]],
    fichier: str,
    genre: str,
) -> HttpResponseBase:
    """The head and whose data it is, then the rows under `nom`; written row by row."""
    dite = {**tete, **provenance(request.parution), "dictionnaire": dictionnaire()}

    def morceaux() -> Iterator[str]:
        debut = json.dumps(demonstration.donnees(dite), ensure_ascii=False)
        yield f'{debut[:-1]}, "{nom}": ['
        for rang, entite in enumerate(entites):
            yield (",\n" if rang else "\n") + json.dumps(entite, ensure_ascii=False)
        yield "\n]}"

    return _fichier(choisie, morceaux(), fichier, genre)


def _fichier(choisie: _Selection, contenu: Iterator[str], nom: str, genre: str) -> HttpResponseBase:
    """A file, whole and kept; sent as it is made when it is large."""
    reponse: HttpResponseBase
    if choisie.est_grande:
        reponse = StreamingHttpResponse(contenu, content_type=genre)
    else:
        reponse = HttpResponse("".join(contenu), content_type=genre)
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


@page_qui_lit(du_jour=True)
def projet(request: Requete, numero: str) -> HttpResponse:
    """One project: what, where, who pays, its years. 410 with the reason when it is withdrawn."""
    territoire = geographie.lire(request.parution)
    jour = a_paris(request.recu_le).date()
    fiche = fiches.lire(numero, soutiens.catalogue(request.parution), territoire, jour)
    if fiche is None:
        retrait = fiches.pourquoi_retire(numero)
        if retrait is None:
            raise Http404
        return render(request, "appels/public/projet_retire.html", {"retrait": retrait}, status=410)
    return render(
        request,
        "appels/public/projet.html",
        {
            "fiche": fiche,
            "projet": fiche.projet,
            "parution": request.parution,
            "liens": paroles.liens_publics(dossier=fiche.projet.dossier_id),
        },
    )
