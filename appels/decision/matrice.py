"""The matrix of a scenario as a workbook: a row a project; asked, proposed, opinion by funder;
totals of the call.
"""

from openpyxl import Workbook

from appels.decision.scenarios import Compte, Ligne
from appels.socle.exports import euros, poser


def en_xlsx(lignes: list[Ligne], comptes: list[Compte], fichier) -> None:
    """Write it in an open binary file, amounts in euros as numbers; totals count the projects
    closed to the reader.
    """
    livre = Workbook(write_only=True)
    feuille = livre.create_sheet("Matrice")
    feuille.freeze_panes = "D2"
    poser(
        feuille,
        (
            "Numéro",
            "Projet",
            "Organisme",
            *(
                f"{compte.nom} : {quoi}"
                for compte in comptes
                for quoi in ("demandé", "proposé", "avis")
            ),
            "Demandé",
            "Proposé",
            "Déports",
        ),
        gras=True,
    )
    for ligne in lignes:
        dossier = ligne.dossier
        poser(
            feuille,
            (
                dossier.numero,
                str(dossier),
                str(dossier.porteur),
                *(valeur for _, cases in ligne.colonnes for valeur in _cases(cases)),
                euros(ligne.demande),
                euros(ligne.propose),
                ligne.deports,
            ),
        )
    poser(
        feuille,
        (
            "Total de l’appel",
            "",
            "",
            *(
                valeur
                for compte in comptes
                for valeur in (euros(compte.demande), euros(compte.propose), "")
            ),
            euros(sum(compte.demande for compte in comptes)),
            euros(sum(compte.propose for compte in comptes)),
        ),
        gras=True,
    )
    poser(
        feuille,
        (
            "Enveloppe",
            "",
            "",
            *(valeur for compte in comptes for valeur in ("", euros(compte.enveloppe), "")),
        ),
        gras=True,
    )
    livre.save(fichier)


def _cases(cases) -> tuple:
    """(asked, proposed, opinion) of one funder; None where nothing is asked or proposed."""
    if not cases:
        return None, None, ""
    proposes = [case.propose for case in cases if case.propose is not None]
    avis = cases[0].avis
    return (
        euros(sum(case.financement.montant or 0 for case in cases)),
        euros(sum(proposes)) if proposes else None,
        avis.get_sens_display() if avis else "",
    )
