"""The page of the projects: chips, map, rows, bars, all made of one request. Amounts in cents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.core.paginator import Page
from django.http import QueryDict

from appels.models import EtatDePart, Soutien
from appels.public import soutiens
from appels.public.soutiens import RIEN, Catalogue, Compte, Offre, Totaux
from partenaires.models import Partenaire
from quartiers import carte
from quartiers.francais import accorder
from quartiers.geographie import Geographie
from quartiers.models import Axe

PUCES = {"annee": "Année", "quartier": "Quartier", "axe": "Axe"}
LISTES = {
    "objectif": "Objectif du contrat",
    "commune": "Commune",
}
GARDES = (*PUCES, "financeur", "organisme", "tri", "carte")
EN_TABLEAU = "tableau"  # `?carte=`: its numbers are read in a table too
RETIRES = {
    EtatDePart.RENONCE: "l’organisme a renoncé",
    EtatDePart.CORRIGE: "n’est plus accordé",
}
TRIS = {"": "Les plus récents", "montant": "Montant", "titre": "Titre"}


@dataclass(frozen=True)
class Puce:
    """A link that changes one filter; `dessin`: what is drawn beside its name."""

    nom: str
    adresse: str
    est_active: bool
    dessin: Any = None


@dataclass(frozen=True)
class Groupe:
    """The chips of one filter."""

    filtre: str
    nom: str
    puces: list[Puce]


@dataclass(frozen=True)
class Rang:
    """A row: the project, what each funder gives, where it is in time."""

    projet: Soutien
    parts: list[tuple[str, str, int]]  # (class, name, cents)
    retires: list[tuple[str, str]]  # (name, why it grants nothing any more)
    notes: list[Any]
    etat: soutiens.Moment | None
    emblemes: list[Any]
    ou: str


@dataclass(frozen=True)
class Barre:
    """What a value of a filter is given, and its share of the largest, in percent."""

    offre: Offre
    montant: int
    pour_cent: int
    axe: Axe | None = None


@dataclass(frozen=True)
class ListeDesProjets:
    """Everything that the page shows."""

    adresse: dict[str, str]  # what was asked, only what says something
    offert: Catalogue
    totaux: Totaux
    territoire: Geographie
    page: Page
    jour: date
    organisme: Partenaire | None = None

    @property
    def ensemble(self) -> Compte:
        return self.totaux.ensemble

    @property
    def est_filtree(self) -> bool:
        return any(self.adresse.get(filtre) for filtre in soutiens.FILTRES)

    @property
    def annee(self) -> str:
        return self.adresse.get("annee", "")

    @property
    def combien_de_financeurs(self) -> int:
        return sum(1 for un in self.totaux.par["financeur"].values() if un.accordes_du_financeur)

    def vers(self, **changes: str) -> str:
        """The query of the same page with these filters changed, back on its first page."""
        voulue = {**self.adresse, **changes}
        adresse = QueryDict(mutable=True)
        for nom in (*soutiens.FILTRES, "tri", "carte"):
            if voulue.get(nom):
                adresse[nom] = voulue[nom]
        return f"?{adresse.urlencode()}" if adresse else "?"

    @property
    def est_en_tableau(self) -> bool:
        """The numbers of the map are read in a table too."""
        return self.adresse.get("carte") == EN_TABLEAU

    @property
    def autre_carte(self) -> str:
        """The query of the same page with the table of the map, or without."""
        return self.vers(carte="" if self.est_en_tableau else EN_TABLEAU)

    @property
    def caches(self) -> list[tuple[str, str]]:
        """What the form of the lists keeps of the address: chips, order."""
        return [(nom, valeur) for nom, valeur in self.adresse.items() if nom in GARDES]

    @property
    def suite(self) -> str:
        """The same filters, for the address of a file; empty without any."""
        vers = self.vers(carte="")
        return "" if vers == "?" else vers

    @cached_property
    def groupes(self) -> list[Groupe]:
        """Year, quartier, axis: « Tous », then each value."""
        return [self._groupe(filtre, nom) for filtre, nom in PUCES.items()]

    def _groupe(self, filtre: str, nom: str) -> Groupe:
        """The chips of a filter, the one chosen marked; each is a link that keeps the other
        filters.
        """
        choisie = self.adresse.get(filtre, "")
        tous_les_dessins: dict[str, dict[int, Any]] = {
            "quartier": {un["quartier"].pk: un for un in self.territoire.emblemes},
            "axe": {offre.cle: offre.valeur for offre in self.offert.offres["axe"]},
        }
        dessins = tous_les_dessins.get(filtre, {})
        tous = Puce(
            "Toutes" if filtre == "annee" else "Tous", self.vers(**{filtre: ""}), not choisie
        )
        courts = self.territoire.noms_courts if filtre == "quartier" else {}
        puces = [
            Puce(
                courts.get(offre.valeur, offre.nom),
                self.vers(**{filtre: offre.valeur}),
                offre.valeur == choisie,
                dessins.get(offre.cle),
            )
            for offre in self.offert.offres[filtre]
        ]
        return Groupe(filtre, nom, [tous, *puces])

    @cached_property
    def listes(self) -> list[tuple[str, str, list[Offre], str]]:
        """(filter, name, what it offers, what is chosen) where values are too many for chips.

        The objectives are those of the axis, once one is chosen.
        """
        listes = []
        for filtre, nom in LISTES.items():
            if filtre == "objectif" and not self.adresse.get("axe"):
                continue
            offres = [une for une in self.offert.offres[filtre] if une.compte.nombre]
            listes.append((filtre, nom, offres, self.adresse.get(filtre, "")))
        return listes

    @cached_property
    def a_retirer(self) -> list[Puce]:
        """The filters that no chip shows, each with the link that takes it away."""
        puces = []
        for filtre in (*LISTES, "financeur"):
            offre = self.offert.offre(filtre, self.adresse.get(filtre, ""))
            if offre:
                puces.append(Puce(offre.nom, self.vers(**{filtre: ""}), est_active=True))
        if self.organisme:
            puces.append(Puce(str(self.organisme), self.vers(organisme=""), est_active=True))
        return puces

    @cached_property
    def tris(self) -> list[Puce]:
        """The orders of the list: a second tap on the one that holds turns it round."""
        actuel = self.adresse.get("tri", "")
        puces = []
        for tri, nom in TRIS.items():
            est_actif = actuel.removeprefix("-") in (tri, "annee" if tri == "" else tri)
            puces.append(Puce(nom, self.vers(tri=_retourne(tri, actuel)), est_actif))
        return puces

    @cached_property
    def rangs(self) -> list[Rang]:
        """The rows of this page."""
        emblemes = {un["quartier"].pk: un for un in self.territoire.emblemes}
        return [ranger(projet, self.jour, emblemes) for projet in self.page]

    @cached_property
    def quartiers(self) -> list[tuple[Offre, Compte]]:
        """Each quartier with what is counted there: the map and its table."""
        return [
            (offre, self.totaux.par["quartier"].get(offre.cle, RIEN))
            for offre in self.offert.offres["quartier"]
        ]

    @cached_property
    def carte(self) -> dict[str, Any]:
        """The six quartiers, each with its projects counted under its name."""
        dessin = self.territoire.carte
        if not dessin:
            return {}
        mots = {offre.valeur: accorder(compte.nombre, "projet") for offre, compte in self.quartiers}
        dite = carte.avec_mots(dessin, mots)
        formes = [
            {**forme, "adresse": self.vers(quartier=forme["quartier"].code)}
            for forme in dite["quartiers"]
        ]
        return {**dite, "quartiers": formes}

    @cached_property
    def payeurs(self) -> list[tuple[str, str, int, str]]:
        """(class, name, cents, the address of its projects) of each funder, the largest first."""
        parts = [
            (
                self.offert.tons[offre.cle],
                offre.nom,
                compte.montant_du_financeur,
                self.vers(financeur=offre.valeur),
            )
            for offre, compte in self._par("financeur")
            if compte.montant_du_financeur
        ]
        return sorted(parts, key=_montant, reverse=True)

    @property
    def qui_a_paye(self) -> list[tuple[str, str, int]]:
        """(class, name, cents): what the bar draws."""
        return [(classe, nom, montant) for classe, nom, montant, _adresse in self.payeurs]

    @cached_property
    def pour_quel_axe(self) -> list[Barre]:
        """A bar an axis; the greatest one is the whole width."""
        lignes = self._par("axe")
        plus_grand = max((compte.montant for _, compte in lignes), default=0)
        return [
            Barre(
                offre,
                compte.montant,
                round(100 * compte.montant / plus_grand) if plus_grand else 0,
                self.offert.axes[offre.cle],
            )
            for offre, compte in lignes
        ]

    def _par(self, filtre: str) -> list[tuple[Offre, Compte]]:
        comptes = self.totaux.par[filtre]
        return [
            (offre, comptes[offre.cle])
            for offre in self.offert.offres[filtre]
            if offre.cle in comptes
        ]


def _montant(part: tuple[str, str, int, str]) -> int:
    return part[2]


def _retourne(tri: str, actuel: str) -> str:
    """The address of an order: turned round when it is the one that holds."""
    inverse = f"-{tri or 'annee'}"
    return inverse if actuel == tri else tri


def ranger(projet: Soutien, jour: date, emblemes: dict[int, Any]) -> Rang:
    """A project as a row; `projet` was read by `pour_lecture`."""
    parts = list(projet.parts.all())
    places = [place.quartier for place in projet.places.all()]
    return Rang(
        projet=projet,
        parts=payer(parts),
        retires=[(part.nom, RETIRES[part.etat]) for part in parts if part.etat in RETIRES],
        notes=[part for part in parts if part.note],
        etat=soutiens.moment(projet, jour),
        emblemes=[
            emblemes[place.quartier_id]
            for place in projet.places.all()
            if place.quartier_id in emblemes
        ],
        ou=", ".join(str(lieu) for lieu in places or projet.communes.all()),
    )


def payer(parts: Iterable[Any]) -> list[tuple[str, str, int]]:
    """(class, name, cents) of what is granted, in the order of the request."""
    return [
        (part.financeur.ton if part.financeur else "f6", part.nom, part.montant)
        for part in parts
        if part.est_accordee
    ]
