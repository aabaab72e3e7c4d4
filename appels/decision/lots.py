"""The lot of a funder: a workbook of its lines, and the dossiers that ask it, without contacts."""

import zipfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from django.db.models import Prefetch
from openpyxl import Workbook

from appels.depot import papiers
from appels.models import Avis, Dossier, Financement, GenrePapier
from appels.models.dossiers import DossierQuerySet
from appels.socle import suivi
from appels.socle.exports import euros, poser
from partenaires.models import Partenaire
from partenaires.socle import demonstration

ENTETES = (
    "Numéro",
    "Projet",
    "Organisme",
    "SIRET",
    "Axe",
    "État",
    "Demandé",
    "Avis",
    "Motif de l’avis",
    "Proposé",
    "Décision",
    "Voté",
    "Décidé le",
    "Acte",
    "Motif de la décision",
)


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
                lot.writestr(f"{dossier.numero}.pdf", papier.read())
            yield rang


def classeur(lignes: list[Financement], avis: dict[int, Avis], instant: datetime) -> bytes:
    """One row a request, amounts in euros as numbers, the total asked and granted at the end."""
    livre = Workbook(write_only=True)
    feuille = livre.create_sheet("Demandes")
    feuille.freeze_panes = "A2"
    poser(feuille, ENTETES, gras=True)
    for ligne in lignes:
        poser(feuille, _rangee(ligne, avis.get(ligne.dossier_id), instant))
    demande = sum(ligne.montant or 0 for ligne in lignes)
    vote = sum(ligne.montant_vote or 0 for ligne in lignes)
    poser(
        feuille,
        ("Total", *[""] * 5, euros(demande), "", "", "", "", euros(vote)),
        gras=True,
    )
    sortie = BytesIO()
    demonstration.classeur(livre)
    livre.save(sortie)
    return sortie.getvalue()


def _rangee(ligne: Financement, avis: Avis | None, instant: datetime) -> tuple:
    """In the order of `ENTETES`; its state tells no decision before its letter left."""
    dossier = ligne.dossier
    return (
        dossier.numero,
        str(dossier),
        str(dossier.porteur),
        dossier.porteur.siret,
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
