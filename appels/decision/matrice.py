"""The matrix of a scenario as a workbook: a row a project, three columns a funder, totals."""

from typing import BinaryIO

from openpyxl import Workbook

from appels.decision.scenarios import Case, Compte, Ligne
from appels.socle.exports import euros, poser
from partenaires.socle import demonstration


def en_xlsx(lignes: list[Ligne], comptes: list[Compte], fichier: BinaryIO) -> None:
    """Write it in an open file, amounts in euros as numbers.

    Totals count the projects closed to the reader.
    """
    livre = Workbook(write_only=True)
    feuille = livre.create_sheet("Matrice")
    feuille.freeze_panes = "D2"
    poser(feuille, _entetes(comptes), gras=True)
    for ligne in lignes:
        poser(feuille, _rangee(ligne))
    poser(feuille, _totaux(comptes), gras=True)
    poser(feuille, _enveloppes(comptes), gras=True)
    demonstration.classeur(livre)
    livre.save(fichier)


def _entetes(comptes: list[Compte]) -> list:
    entetes = ["Numéro", "Projet", "Organisme"]
    for compte in comptes:
        entetes += [f"{compte.nom} : demandé", f"{compte.nom} : proposé", f"{compte.nom} : avis"]
    return [*entetes, "Demandé", "Proposé", "Déports"]


def _rangee(ligne: Ligne) -> list:
    dossier = ligne.dossier
    valeurs: list = [dossier.numero, str(dossier), str(dossier.porteur)]
    for _, cases in ligne.colonnes:
        valeurs += _d_un_financeur(cases)
    return [*valeurs, euros(ligne.demande), euros(ligne.propose), ligne.deports]


def _d_un_financeur(cases: list[Case]) -> list:
    """Asked, proposed, opinion; None where nothing is asked or proposed."""
    if not cases:
        return [None, None, ""]
    demande = sum(case.financement.montant or 0 for case in cases)
    proposes = [case.propose for case in cases if case.propose is not None]
    avis = cases[0].avis
    return [
        euros(demande),
        euros(sum(proposes)) if proposes else None,
        avis.get_sens_display() if avis else "",
    ]


def _totaux(comptes: list[Compte]) -> list:
    valeurs: list = ["Total de l’appel", "", ""]
    for compte in comptes:
        valeurs += [euros(compte.demande), euros(compte.propose), ""]
    demande = sum(compte.demande for compte in comptes)
    propose = sum(compte.propose for compte in comptes)
    return [*valeurs, euros(demande), euros(propose)]


def _enveloppes(comptes: list[Compte]) -> list:
    valeurs: list = ["Enveloppe", "", ""]
    for compte in comptes:
        valeurs += ["", euros(compte.enveloppe), ""]
    return valeurs
