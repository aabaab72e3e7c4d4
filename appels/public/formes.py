"""What the API says, field by field: nothing leaves that is not here.

Instants in ISO 8601 with their Paris offset, amounts in euros, a decimal number.
"""

from typing import Any, Generic, TypeVar

from ninja import Schema
from pydantic import ConfigDict, Field

from appels.public.curseur import LONGUEUR_MAX, TAILLE, TAILLE_MAX

Ligne = TypeVar("Ligne")


class Forme(Schema):
    """A field that is not declared is an error, never a leak."""

    model_config = ConfigDict(extra="forbid")


class Probleme(Forme):
    """An error, as RFC 9457 writes it."""

    type: str = Field("about:blank", description="Toujours « about:blank ».")
    title: str = Field(description="Ce qui s’est passé, en français.")
    status: int = Field(description="Le code HTTP.")
    detail: str = Field(description="Ce qui ne va pas, et quoi faire.")


class Tranche(Forme, Generic[Ligne]):
    """One page of a list."""

    demonstration: str | None = Field(
        None, description="Présent sur un portail de démonstration : rien n’y est réel."
    )
    licence: str = Field(
        description="Licence de réutilisation ; vide tant qu’elle n’est pas choisie."
    )
    producteur: str = Field(description="Qui publie.")
    maj: str = Field(description="Dernière publication, ISO 8601.")
    suivante: str | None = Field(description="Adresse de la page suivante ; null à la dernière.")
    resultats: list[Ligne]


class Page(Forme):
    """The parameters that every list reads."""

    curseur: str = Field("", max_length=LONGUEUR_MAX, description="D’où reprendre.")
    taille: int = Field(TAILLE, ge=1, le=TAILLE_MAX, description="Lignes par page.")


class Filtres(Page):
    """Those of the page of the projects, under the same names; empty: everything."""

    annee: str = Field("", max_length=200, description="Année de l’appel.")
    quartier: str = Field("", max_length=200, description="Code d’un quartier.")
    axe: str = Field("", max_length=200, description="Clé d’un axe.")
    objectif: str = Field("", max_length=200, description="Identifiant d’un objectif.")
    commune: str = Field("", max_length=200, description="Code INSEE d’une commune.")
    financeur: str = Field("", max_length=200, description="Nom d’un financeur.")
    organisme: str = Field("", max_length=200, description="Identifiant d’un organisme.")


class Quartier(Forme):
    code: str = Field(description="Code officiel du quartier prioritaire (ANCT).")
    nom: str = Field(description="Son nom.")
    communes: list[str] = Field(description="Noms des communes où il s’étend.")
    population: int = Field(description="Nombre d’habitantes et d’habitants.")
    population_annee: int = Field(description="Année de cette population.")
    population_source: str = Field(description="Sa source.")
    superficie_ha: float = Field(description="En hectares.")
    contour_source: str = Field(description="Source du contour.")
    adresse: str = Field(description="Sa page.")


class Objectif(Forme):
    identifiant: str = Field(description="Valeur du filtre « objectif ».")
    rang: int
    libelle: str


class Axe(Forme):
    cle: str = Field(description="Identifiant, celui du filtre « axe ».")
    nom: str = Field(description="Son nom.")
    resume: str = Field(description="En une phrase.")
    objectifs: list[Objectif] = Field(description="Chacun avec son identifiant et son rang.")
    adresse: str = Field(description="Sa page.")


class Appel(Forme):
    annee: int = Field(description="Année des projets.")
    repere: str = Field(description="L’année, suivie d’un rang s’il y a plusieurs appels.")
    titre: str = Field(description="Son titre.")
    adresse: str = Field(description="Sa page.")
    regime: str = Field(description="« preparation » ou « guichet ».")
    ouvre_le: str | None = Field(description="Ouverture ; null tant qu’elle n’est pas dite.")
    ferme_le: str | None = Field(description="Clôture.")
    examen_le: str | None = Field(description="Examen des dossiers.")
    comite_le: str | None = Field(description="Comité des financeurs.")
    decision_le: str | None = Field(description="Décisions.")
    bilan_le: str | None = Field(description="Bilans à remettre.")
    est_ouvert: bool = Field(description="Vrai pendant le dépôt.")
    fuseau: str = Field(description="« Europe/Paris ».")


class Financeur(Forme):
    nom: str = Field(description="Valeur du filtre « financeur ».")
    sigle: str = Field(description="Vide s’il n’en a pas.")
    siret: str = Field(description="Vide tant qu’il n’est pas connu.")
    projets: int = Field(description="Projets auxquels il accorde quelque chose.")
    montant_euros: float = Field(description="Ce qu’il leur accorde.")
    fichier: str | None = Field(description="Son fichier SCDL, s’il publie ici.")


class Organisme(Forme):
    identifiant: int = Field(description="Valeur du filtre « organisme ».")
    nom: str


class PartDeQuartier(Forme):
    code: str
    nom: str
    part_estimee_euros: float = Field(
        description="Part du total comptée ici ; toutes, avec hors_quartier_euros, le font."
    )


class PartDeFinanceur(Forme):
    nom: str
    montant_euros: float = Field(description="Zéro quand la subvention ne compte plus.")
    etat: str = Field(description="« accorde », « renonce » ou « corrige ».")
    publie_le: str
    note: str = Field(description="Pourquoi une ligne déjà publiée a changé.")


class Mesure(Forme):
    nom: str = Field(description="Ce qui se compte.")
    cible: float = Field(description="Le nombre visé, dit au dépôt.")
    unite: str = Field(description="Personnes, séances, heures…")


class MesureDeProjet(Mesure):
    projet: str = Field(description="Numéro du dossier qui la vise.")
    adresse: str = Field(description="La page de ce projet.")
    annee: int = Field(description="Année de l’appel.")
    titre: str = Field(description="Intitulé du projet.")
    rang: int = Field(description="Son rang parmi celles du projet.")


class Projet(Forme):
    numero: str = Field(description="Numéro du dossier, permanent.")
    adresse: str = Field(description="Son adresse permanente.")
    annee: int = Field(description="Année de l’appel.")
    titre: str = Field(description="Intitulé du projet.")
    organisme: Organisme = Field(description="Qui le conduit : identifiant et nom.")
    axe: str | None = Field(description="Clé de l’axe.")
    objectifs: list[str] = Field(description="Objectifs du contrat visés.")
    quartiers: list[PartDeQuartier] = Field(
        description="Code, nom et part_estimee_euros de chacun."
    )
    communes: list[str] = Field(description="Noms des communes.")
    financeurs: list[PartDeFinanceur] = Field(
        description="Nom, montant_euros, etat, publie_le et note de chacun."
    )
    total_euros: float = Field(description="Ce qui est accordé et compte encore.")
    hors_quartier_euros: float = Field(description="Ce qu’aucun quartier ne compte.")
    mesures: list[Mesure] = Field(
        description="Nom, cible et unite de ce que le projet vise ; vide s’il ne l’a pas chiffré."
    )
    debut_le: str | None = Field(description="Début prévu, AAAA-MM-JJ.")
    fin_le: str | None = Field(description="Fin prévue.")
    maj_le: str = Field(description="Dernière publication d’une de ses lignes.")


class Consultation(Forme):
    identifiant: str = Field(description="Celui de son adresse.")
    adresse: str = Field(description="Sa page, avec chaque contribution publiée et sa réponse.")
    titre: str = Field(description="Son titre.")
    question: str = Field(description="La question posée.")
    pourquoi: str = Field(description="Pourquoi elle est posée.")
    etat: str = Field(description="« a_venir », « ouverte » ou « close ».")
    quartiers: list[str] = Field(description="Codes des quartiers ; vide : tous.")
    axes: list[str] = Field(description="Clés des axes ; vide : tous.")
    ouvre_le: str = Field(description="Ouverture.")
    ferme_le: str | None = Field(description="Fin des contributions ; null : sans fin dite.")
    reponse_promise_le: str | None = Field(description="Jour promis pour les réponses.")
    contributions: int = Field(description="Contributions que tout le monde lit.")
    repondues: int = Field(description="Parmi elles, celles qui ont leur réponse.")


class Contour(Forme):
    """A GeoJSON geometry (RFC 7946): longitude then latitude."""

    type: str
    coordinates: list[Any]


class EntiteDeQuartier(Forme):
    type: str = "Feature"
    properties: Quartier
    geometry: Contour


class CarteDesQuartiers(Forme):
    """RFC 7946."""

    type: str = "FeatureCollection"
    demonstration: str | None = None
    features: list[EntiteDeQuartier]


class Points(Forme):
    """The middle of each quartier of a project: never an address."""

    type: str = "MultiPoint"
    coordinates: list[list[float]]


class EntiteDeProjet(Forme):
    type: str = "Feature"
    id: str
    properties: Projet
    geometry: Points | None = Field(description="Null quand aucun quartier n’est public.")


class CarteDesProjets(Forme):
    """RFC 7946; the foreign members say whose data it is, and where the next page begins."""

    type: str = "FeatureCollection"
    demonstration: str | None = None
    licence: str
    producteur: str
    maj: str
    suivante: str | None
    features: list[EntiteDeProjet]
