"""The lot of a funder: a workbook of its lines, and the dossiers that ask it, without contacts."""

import zipfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from django.db.models import Prefetch

from appels.depot import papiers
from appels.models import Avis, Dossier, Financement, GenrePapier
from appels.models.dossiers import DossierQuerySet
from appels.socle import suivi
from appels.socle.classeur import Classeur, Entete, Genre, Valeur, euros
from partenaires.models import Partenaire
from partenaires.socle import demonstration, fichiers
from quartiers.francais import siret

ENTETES = (
    Entete("Numéro", largeur=15),
    Entete("Projet", largeur=32),
    Entete("Organisme", largeur=28),
    Entete("SIRET", largeur=20),
    Entete("Axe", largeur=22),
    Entete("État", largeur=18),
    Entete("Demandé", Genre.EUROS),
    Entete("Avis", largeur=14),
    Entete("Motif de l’avis", Genre.LONG, 40),
    Entete("Proposé", Genre.EUROS),
    Entete("Décision", largeur=14),
    Entete("Voté", Genre.EUROS),
    Entete("Décidé le", Genre.JOUR),
    Entete("Acte", largeur=20),
    Entete("Motif de la décision", Genre.LONG, 40),
)
DEMANDE, PROPOSE, VOTE = 7, 10, 12  # the columns with a total


def demandes(visibles: DossierQuerySet, partenaire: Partenaire, appel_pk: int) -> list[Financement]:
    """The lines of a funder among the dossiers that one may read, withdrawn ones aside."""
    dossiers = suivi.avec_les_lettres(visibles.filter(appel=appel_pk).en_course())
    return list(
        Financement.objects.filter(partenaire=partenaire, dossier__in=dossiers.values("pk"))
        .prefetch_related(Prefetch("dossier", dossiers.select_related("porteur", "axe")))
        .order_by("dossier__numero", "pk")
    )


def ecrire(
    lignes: list[Financement], avis: dict[int, Avis], fichier: BinaryIO, instant: datetime
) -> Iterator[int]:
    """The ZIP, written in an open file; gives after each dossier how many are in.

    Raises `pdf.RenduImpossible`.
    """
    genre = GenrePapier.DOSSIER_SANS_PERSONNES
    with zipfile.ZipFile(fichier, "w", zipfile.ZIP_DEFLATED) as lot:
        demonstration.lot(lot)
        lot.writestr("lignes.xlsx", classeur(lignes, avis, instant))
        cles = list(dict.fromkeys(ligne.dossier_id for ligne in lignes))
        for rang, pk in enumerate(cles, 1):
            dossier = Dossier.objects.pour_completude().get(pk=pk)
            with papiers.fabriquer(dossier, genre, papiers.marque(dossier, genre)) as papier:
                lot.writestr(_nom(dossier), papier.read())
            yield rang


def _nom(dossier: Dossier) -> str:
    """« CV-2027-0001 Association d’essai.pdf »: told apart once out of the lot."""
    return fichiers.nom_propre(f"{dossier.numero} {dossier.porteur}.pdf", "pdf")


def classeur(lignes: list[Financement], avis: dict[int, Avis], instant: datetime) -> bytes:
    """One row a request, amounts in euros as numbers, the sums at the end."""
    livre = Classeur("Demandes à un financeur")
    feuille = livre.feuille("Demandes", ENTETES, figees=2)
    for ligne in lignes:
        feuille.ajouter(_rangee(ligne, avis.get(ligne.dossier_id), instant))
    bas: list[Valeur] = ["Total"]
    for colonne in range(2, len(ENTETES) + 1):
        en_montants = colonne in (DEMANDE, PROPOSE, VOTE)
        bas.append(feuille.somme_de_la_colonne(colonne) if en_montants else None)
    feuille.total(bas)
    sortie = BytesIO()
    livre.enregistrer(sortie)
    return sortie.getvalue()


def _rangee(ligne: Financement, avis: Avis | None, instant: datetime) -> tuple:
    """In the order of `ENTETES`; its state tells no decision before its letter left."""
    dossier = ligne.dossier
    return (
        dossier.numero,
        str(dossier),
        str(dossier.porteur),
        siret(dossier.porteur.siret),
        str(dossier.axe or ""),
        suivi.pour_l_organisme(dossier, instant).etat.label,
        euros(ligne.montant),
        avis.get_sens_display() if avis else "",
        avis.motif if avis else "",
        euros(avis.montant_propose) if avis else None,
        ligne.get_decision_display(),
        euros(ligne.montant_vote),
        ligne.decide_le,
        ligne.acte,
        ligne.motif,
    )
