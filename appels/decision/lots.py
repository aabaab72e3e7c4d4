"""The lot of a funder: a workbook of its lines, and the dossiers that ask it, without the contacts
of persons.
"""

import zipfile
from collections.abc import Callable
from io import BytesIO

from openpyxl import Workbook

from appels.depot import papiers
from appels.models import Avis, Dossier, Financement, GenrePapier
from appels.socle.exports import euros, poser
from partenaires.models import Partenaire

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


def demandes(visibles, partenaire: Partenaire, appel_pk: int) -> list[Financement]:
    """The lines of a funder among the dossiers that one may read, withdrawn ones aside."""
    dossiers = visibles.filter(appel=appel_pk).en_course()
    return list(
        Financement.objects.filter(partenaire=partenaire, dossier__in=dossiers)
        .select_related("dossier__porteur", "dossier__axe")
        .order_by("dossier__numero", "pk")
    )


def ecrire(
    lignes: list[Financement], avis: dict[int, Avis], fichier, avance: Callable[[int], None]
) -> None:
    """The ZIP, written in an open file; `avance(n)` after each dossier. Raises
    `pdf.RenduImpossible`.
    """
    with zipfile.ZipFile(fichier, "w", zipfile.ZIP_DEFLATED) as lot:
        lot.writestr("lignes.xlsx", classeur(lignes, avis))
        cles = list(dict.fromkeys(ligne.dossier_id for ligne in lignes))
        for rang, pk in enumerate(cles, 1):
            dossier = Dossier.objects.pour_completude().get(pk=pk)
            genre = GenrePapier.DOSSIER_SANS_PERSONNES
            with papiers.fabriquer(dossier, genre, papiers.marque(dossier, genre)) as papier:
                lot.writestr(f"{dossier.numero}.pdf", papier.read())
            avance(rang)


def classeur(lignes: list[Financement], avis: dict[int, Avis]) -> bytes:
    """One row a request, amounts in euros as numbers, the total asked and granted at the end."""
    livre = Workbook(write_only=True)
    feuille = livre.create_sheet("Demandes")
    feuille.freeze_panes = "A2"
    poser(feuille, ENTETES, gras=True)
    for ligne in lignes:
        dossier, le_sien = ligne.dossier, avis.get(ligne.dossier_id)
        poser(
            feuille,
            (
                dossier.numero,
                str(dossier),
                str(dossier.porteur),
                dossier.porteur.siret,
                str(dossier.axe or ""),
                dossier.get_etat_display(),
                euros(ligne.montant),
                le_sien.get_sens_display() if le_sien else "",
                le_sien.motif if le_sien else "",
                euros(le_sien.montant_propose if le_sien else None),
                ligne.get_decision_display(),
                euros(ligne.montant_vote),
                ligne.decide_le,
                ligne.acte,
                ligne.motif,
            ),
        )
    poser(
        feuille,
        (
            "Total",
            *[""] * 5,
            euros(sum(li.montant or 0 for li in lignes)),
            "",
            "",
            "",
            "",
            euros(sum(li.montant_vote or 0 for li in lignes)),
        ),
        gras=True,
    )
    sortie = BytesIO()
    livre.save(sortie)
    return sortie.getvalue()
