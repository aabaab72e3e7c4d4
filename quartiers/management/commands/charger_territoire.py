"""Load the communes, quartiers, axes and key figures from `quartiers/donnees`; safe to run twice.

The geography is replaced by the files; what agents edit (axes, objectives, figures, documents) is
only created when it is missing.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from quartiers import horloge
from quartiers.models import (
    Axe,
    ChiffreCle,
    Commune,
    Document,
    Mesure,
    Objectif,
    Parution,
    Quartier,
    Source,
    Territoire,
    Voie,
)

DONNEES = Path(__file__).resolve().parents[2] / "donnees"
NOMS_COURTS = {
    "QN06258M": "Quatre As",
    "QN06259M": "Bonnettes – Saint Pol – Baudimont",
    "QN06260M": "Blancs Monts – Hochettes",
    "QN06261M": "Saint Michel Goudemand",
    "QN06262M": "Cheminots Jean Jaurès Moulin Hacart",
    "QN06263M": "Chanteclair – Cévennes",
}


def lire(nom: str) -> dict[str, Any]:
    """A file of `quartiers/donnees`."""
    return json.loads((DONNEES / nom).read_text(encoding="utf-8"))


def proprietes(nom: str) -> Iterator[tuple[dict, dict]]:
    """(properties, geometry) of each feature of a GeoJSON file."""
    for element in lire(nom)["features"]:
        yield element["properties"], element["geometry"]


def citer(cle: str, libelle: str, **champs: str) -> Source:
    """The source of this key, made or brought up to date."""
    return Source.objects.update_or_create(cle=cle, defaults={"libelle": libelle, **champs})[0]


class Command(BaseCommand):
    help = (
        "Charge les communes, les quartiers, les axes et les chiffres clés "
        "(sans effet la seconde fois)."
    )

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        self.sources = {
            cle: citer(cle, source["libelle"], url=source["url"] or "", date=source["date"] or "")
            for cle, source in lire("chiffres_cles.json")["meta"]["sources"].items()
        }
        avant = dict(Quartier.objects.values_list("code", "contour"))
        self.charger_cua()
        self.charger_communes()
        self.charger_quartiers()
        if Voie.objects.exists() and avant != dict(Quartier.objects.values_list("code", "contour")):
            self.stdout.write("Les contours ont changé : rechargez les rues (charger_voies).")
        self.charger_axes()
        self.charger_mesures()
        self.charger_chiffres()
        self.annoncer_le_contrat()
        Parution.avancer(horloge.maintenant())
        self.stdout.write("Territoire, axes et chiffres clés : à jour.")

    def charger_cua(self) -> None:
        for fait, contour in proprietes("cua.geojson"):
            Territoire.objects.update_or_create(
                siren=fait["siren"],
                defaults={
                    "nom": fait["nom"],
                    "contour": contour,
                    "nombre_communes": fait["nombre_communes"],
                    "population": fait["population_municipale"],
                    "population_annee": fait["population_annee"],
                    "source_contour": citer(
                        "ign-cua", fait["source_geometrie"], licence=fait["licence"]
                    ),
                    "source_population": citer(
                        "insee-cua", fait["source_population"], licence=fait["licence"]
                    ),
                },
            )

    def charger_communes(self) -> None:
        for fait, contour in proprietes("communes.geojson"):
            Commune.objects.update_or_create(
                code_insee=fait["code_insee"],
                defaults={
                    "nom": fait["nom"],
                    "nom_usage": fait.get("nom_usage", ""),
                    "contour": contour,
                    "codes_postaux": fait["codes_postaux"],
                    "siren": fait["siren"],
                    "population": fait["population_municipale"],
                    "population_annee": fait["population_annee"],
                    "source_contour": citer(
                        "ign-communes", fait["source_geometrie"], licence=fait["licence"]
                    ),
                    "source_population": citer(
                        "insee-communes", fait["source_population"], licence=fait["licence"]
                    ),
                },
            )

    def charger_quartiers(self) -> None:
        chiffres = {ligne["code"]: ligne for ligne in lire("chiffres_cles.json")["qpv"]}
        for fait, contour in proprietes("qpv.geojson"):
            chiffre = chiffres[fait["code"]]
            quartier, _est_nouveau = Quartier.objects.update_or_create(
                code=fait["code"],
                defaults={
                    "nom": fait["nom"],
                    "nom_court": NOMS_COURTS[fait["code"]],
                    "contour": contour,
                    "population": chiffre["population_municipale"],
                    "population_annee": chiffre["population_annee"],
                    "superficie_ha": chiffre["superficie_ha"],
                    "source_contour": citer("anct-qpv", fait["source"], licence=fait["licence"]),
                    "source_population": self.sources[chiffre["source_population"]],
                },
            )
            quartier.communes.set(Commune.objects.filter(code_insee__in=fait["communes_insee"]))

    def charger_axes(self) -> None:
        donnees = lire("axes.json")
        source = citer(**donnees["source"])
        for position, ligne in enumerate(donnees["axes"], 1):
            axe, est_nouveau = Axe.objects.get_or_create(
                cle=ligne["cle"],
                defaults={"position": position, "nom": ligne["nom"], "resume": ligne["resume"]},
            )
            if est_nouveau:
                Objectif.objects.bulk_create(
                    Objectif(axe=axe, position=rang, libelle=libelle, source=source)
                    for rang, libelle in enumerate(ligne["objectifs"], 1)
                )

    def charger_mesures(self) -> None:
        """Words to begin with; the service edits the library, which is then left as it is."""
        if Mesure.objects.exists():
            return
        Mesure.objects.bulk_create(
            Mesure(position=position, **ligne)
            for position, ligne in enumerate(lire("mesures.json")["mesures"], 1)
        )

    def charger_chiffres(self) -> None:
        for position, ligne in enumerate(lire("chiffres_cles.json")["chiffres"]):
            ChiffreCle.objects.get_or_create(
                cle=ligne["id"].replace("_", "-"),
                defaults={
                    "libelle": ligne["libelle"],
                    "valeur": ligne["valeur"],
                    "unite": ligne["unite"],
                    "territoire": ligne["territoire"],
                    "annee": ligne["annee"],
                    "source": self.sources[ligne["source"]],
                    "note": ligne.get("note", ""),
                    "est_affiche": ligne["afficher"],
                    "position": position,
                },
            )

    def annoncer_le_contrat(self) -> None:
        """The text of the contract is not in our hands: announced, to be published by the CUA."""
        Document.objects.get_or_create(
            cle="contrat-de-ville",
            defaults={
                "nature": "contrat",
                "titre": "Contrat de Ville « Cœur de Quartier » 2024-2030",
                "est_publie": True,
                "resume": "Le document cadre signé par la Communauté Urbaine, l’État et "
                "leurs partenaires.",
            },
        )
