"""Load the streets of the signatory communes from the national address file (BAN, CSV).

The file of a département, or of the communes: https://adresse.data.gouv.fr/donnees-nationales. The
index is replaced whole in one transaction; the same file gives the same index.
"""

import csv
import gzip
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from quartiers import horloge
from quartiers.francais import accorder, recherchable
from quartiers.models import Commune, NumeroDeVoie, Parution, Quartier, Voie
from quartiers.situation import est_aux_alentours, situer, sont_echangees

COLONNES = ("numero", "rep", "nom_voie", "code_insee", "lon", "lat")
LOT = 1000  # rows written at once
NUMEROS_MAX = 200_000  # more than ten times what the communes have
MONTRES = 20  # defects written one by one
LIGNE_MAX = 10_000  # characters


class Defaut(Exception):
    """What is wrong with a row, in a sentence."""


class Command(BaseCommand):
    help = (
        "Charge les rues des communes signataires depuis un fichier CSV de la Base Adresse "
        "Nationale (adresse.data.gouv.fr, colonnes id;id_fantoir;numero;rep;nom_voie;…;lon;lat), "
        "compressé en .gz ou non. Remplace l’index précédent ; sans effet la seconde fois."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fichier", type=Path, metavar="FICHIER")

    def handle(self, *, fichier: Path, **options: Any) -> None:
        if not fichier.is_file():
            raise CommandError(f"{fichier} n’est pas un fichier.")
        ouvrir = gzip.open if fichier.suffix == ".gz" else open
        try:
            with ouvrir(fichier, "rt", encoding="utf-8-sig", newline="") as flux:
                index = _Index()
                with transaction.atomic():
                    index.remplacer(flux)
        except (UnicodeDecodeError, gzip.BadGzipFile, EOFError, csv.Error) as erreur:
            raise CommandError(
                "Ce fichier ne se lit pas : un CSV en UTF-8, séparé par des points-virgules, est "
                "attendu. L’index n’a pas changé."
            ) from erreur
        for phrase in index.defauts:
            self.stderr.write(phrase)
        if index.nombre_de_defauts > len(index.defauts):
            autres = index.nombre_de_defauts - len(index.defauts)
            self.stderr.write(f"Et {accorder(autres, 'autre défaut', 'autres défauts')}.")
        self.stdout.write(
            f"{accorder(index.nombre_de_voies, 'voie')} et "
            f"{accorder(index.nombre, 'numéro')} chargés ; "
            f"{accorder(index.ailleurs, 'ligne')} d’autres communes laissées."
        )


class _Index:
    """The rows being written; bounded, whatever the file."""

    def __init__(self) -> None:
        self.communes = {commune.code_insee: commune for commune in Commune.objects.all()}
        self.quartiers = list(Quartier.objects.all())
        self.voies: dict[tuple[str, str], Voie] = {}
        self.vus: set[tuple[int, int, str]] = set()
        self.attente: list[NumeroDeVoie] = []
        self.nombre = 0
        self.ailleurs = 0
        self.defauts: list[str] = []
        self.nombre_de_defauts = 0

    @property
    def nombre_de_voies(self) -> int:
        return len(self.voies)

    def remplacer(self, flux: TextIO) -> None:
        """Raises `CommandError` when nothing of the file can be used: the index stays."""
        if not self.quartiers:
            raise CommandError("Chargez d’abord le territoire : manage.py charger_territoire.")
        lignes = csv.reader(_bornees(flux), delimiter=";")
        tete = next(lignes, [])
        if manquantes := [nom for nom in COLONNES if nom not in tete]:
            raise CommandError(
                f"Il manque à la première ligne : {', '.join(manquantes)}. Prenez le fichier CSV "
                "des adresses sur adresse.data.gouv.fr."
            )
        Voie.objects.all().delete()
        for cellules in lignes:
            if cellules:
                self._une_ligne(tete, cellules, lignes.line_num)
        self._ecrire()
        if not self.nombre:
            raise CommandError(
                "Aucune adresse des communes signataires dans ce fichier. L’index n’a pas changé. "
                + " ".join(self.defauts[:3])
            )
        Parution.avancer(horloge.maintenant())

    def _une_ligne(self, tete: list[str], cellules: list[str], rang: int) -> None:
        try:
            self._inscrire(_ranger(tete, cellules))
        except Defaut as defaut:
            self.nombre_de_defauts += 1
            if len(self.defauts) < MONTRES:
                self.defauts.append(f"Ligne {rang} : {defaut}")

    def _inscrire(self, ligne: dict[str, str]) -> None:
        commune = self.communes.get(ligne["code_insee"].strip())
        if commune is None:
            self.ailleurs += 1
            return
        numero = _numero(ligne["numero"])
        repetition = recherchable(ligne["rep"])[:10]
        longitude, latitude = _point(ligne)
        voie = self._voie(commune, ligne["nom_voie"])
        if (voie.pk, numero, repetition) in self.vus:
            raise Defaut(f"le numéro {numero} {repetition}".strip() + f" de {voie} est déjà lu.")
        self.vus.add((voie.pk, numero, repetition))
        lue = situer(longitude, latitude, self.quartiers)
        self.attente.append(
            NumeroDeVoie(
                voie=voie,
                numero=numero,
                repetition=repetition,
                longitude=longitude,
                latitude=latitude,
                quartier=lue.proche,
                est_dedans=lue.quartier is not None,
                metres=int(lue.metres),
            )
        )
        self.nombre += 1
        if self.nombre > NUMEROS_MAX:
            raise CommandError("Trop d’adresses pour ces communes : l’index n’a pas changé.")
        if len(self.attente) == LOT:
            self._ecrire()

    def _voie(self, commune: Commune, nom: str) -> Voie:
        propre = " ".join(nom.split())
        recherche = recherchable(propre)
        if not recherche:
            raise Defaut("le nom de la rue manque.")
        if len(propre) > 150:
            raise Defaut("le nom de la rue a plus de 150 caractères.")
        cle = (commune.code_insee, recherche)
        if cle not in self.voies:
            self.voies[cle] = Voie.objects.create(commune=commune, nom=propre, recherche=recherche)
        return self.voies[cle]

    def _ecrire(self) -> None:
        NumeroDeVoie.objects.bulk_create(self.attente)
        self.attente = []


def _bornees(flux: TextIO) -> Iterator[str]:
    """The lines of the file; one without end is cut, and its row is then a defect."""
    while ligne := flux.readline(LIGNE_MAX):
        yield ligne.replace("\0", "")


def _ranger(tete: list[str], cellules: list[str]) -> dict[str, str]:
    if len(cellules) != len(tete):
        raise Defaut(f"{len(cellules)} colonnes au lieu de {len(tete)}.")
    return dict(zip(tete, cellules, strict=True))


def _numero(texte: str) -> int:
    propre = texte.strip()
    if not (propre.isascii() and propre.isdigit() and len(propre) <= 5):
        raise Defaut(f"« {propre[:20]} » n’est pas un numéro de rue.")
    return int(propre)


def _point(ligne: dict[str, str]) -> tuple[float, float]:
    try:
        longitude, latitude = float(ligne["lon"]), float(ligne["lat"])
    except ValueError as erreur:
        raise Defaut("longitude ou latitude illisible.") from erreur
    if sont_echangees(longitude, latitude):
        raise Defaut("la longitude et la latitude sont échangées.")
    if not est_aux_alentours(longitude, latitude):
        raise Defaut("ce point est loin d’Arras.")
    return longitude, latitude
