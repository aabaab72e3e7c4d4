"""The matrix of a scenario as a workbook: a row a project, three columns a funder, totals."""

from typing import BinaryIO

from appels.decision.scenarios import Case, Compte, Ligne
from appels.socle.classeur import Classeur, Entete, Feuille, Formule, Genre, Valeur, euros, somme

FIXES = 3  # number, project, organisation: always in sight
SITUATION = 3  # axis, quartiers, score
AVANT = FIXES + SITUATION
PAR_FINANCEUR = 3  # asked, proposed, opinion
FERMES = "Projets que vous ne lisez pas (déport, périmètre)"


def en_xlsx(lignes: list[Ligne], comptes: list[Compte], fichier: BinaryIO) -> None:
    """Write it in an open file, amounts in euros as numbers, totals as sums of them.

    Totals count the projects closed to the reader: together, on one row.
    """
    livre = Classeur("Matrice d’un scénario")
    feuille = livre.feuille("Matrice", _entetes(comptes), figees=FIXES)
    for ligne in lignes:
        feuille.ajouter(
            [*_rangee(ligne), *_sommes(feuille, feuille.rang + 1, comptes), ligne.deports]
        )
    fermes = _fermes(lignes, comptes)
    if any(fermes):
        valeurs = [FERMES, *[None] * (AVANT - 1), *fermes]
        feuille.ajouter([*valeurs, *_sommes(feuille, feuille.rang + 1, comptes)])
    feuille.total(_totaux(feuille, comptes))
    total = feuille.rang
    feuille.total(_enveloppes(comptes))
    feuille.total(_restes(feuille, comptes, total))
    livre.enregistrer(fichier)


def _entetes(comptes: list[Compte]) -> list[Entete]:
    """The columns of the workbook: what names a project, three a funder, the totals of the row."""
    entetes = [
        Entete("Numéro", largeur=18),
        Entete("Projet", largeur=34),
        Entete("Organisme", largeur=28),
        Entete("Axe", largeur=20),
        Entete("Quartiers", largeur=22),
        Entete("Note sur 20", Genre.NOTE),
    ]
    for compte in comptes:
        entetes += [
            Entete(f"{compte.nom} : demandé", Genre.EUROS),
            Entete(f"{compte.nom} : proposé", Genre.EUROS),
            Entete(f"{compte.nom} : avis", largeur=14),
        ]
    return [
        *entetes,
        Entete("Demandé", Genre.EUROS),
        Entete("Proposé", Genre.EUROS),
        Entete("Déports", Genre.NOMBRE),
    ]


def _rangee(ligne: Ligne) -> list[Valeur]:
    """A project, up to its funders: the totals are added by who writes the sheet."""
    dossier = ligne.dossier
    valeurs: list[Valeur] = [
        dossier.numero,
        str(dossier),
        str(dossier.porteur),
        str(dossier.axe or ""),
        ", ".join(ligne.quartiers),
        ligne.note,
    ]
    for _, cases in ligne.colonnes:
        valeurs += _d_un_financeur(cases)
    return valeurs


def _d_un_financeur(cases: list[Case]) -> list[Valeur]:
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


def _colonnes(comptes: list[Compte], rang: int) -> list[int]:
    """The columns of what is asked (0) or proposed (1), one a funder."""
    return [AVANT + 1 + PAR_FINANCEUR * numero + rang for numero in range(len(comptes))]


def _sommes(feuille: Feuille, rangee: int, comptes: list[Compte]) -> list[Valeur]:
    """Asked and proposed of a row, all funders together."""
    sommes: list[Valeur] = []
    for rang in (0, 1):
        cellules = [feuille.adresse(colonne, rangee) for colonne in _colonnes(comptes, rang)]
        sommes.append(somme(cellules))
    return sommes


def _fermes(lignes: list[Ligne], comptes: list[Compte]) -> list[Valeur]:
    """What the accounts count and no row shows; empty cells where nothing is missing."""
    valeurs: list[Valeur] = []
    for numero, compte in enumerate(comptes):
        cases: list[Case] = []
        for ligne in lignes:
            cases += ligne.colonnes[numero][1]
        demande = compte.demande - sum(case.financement.montant or 0 for case in cases)
        propose = compte.propose - sum(case.propose or 0 for case in cases)
        valeurs += [euros(demande) or None, euros(propose) or None, None]
    return valeurs


def _totaux(feuille: Feuille, comptes: list[Compte]) -> list[Valeur]:
    dernieres = AVANT + PAR_FINANCEUR * len(comptes)
    additionnees = {*_colonnes(comptes, 0), *_colonnes(comptes, 1), dernieres + 1, dernieres + 2}
    return [
        "Total de l’appel",
        *[
            feuille.somme_de_la_colonne(colonne) if colonne in additionnees else None
            for colonne in range(2, dernieres + 3)
        ],
    ]


def _enveloppes(comptes: list[Compte]) -> list[Valeur]:
    valeurs: list[Valeur] = ["Enveloppe", *[None] * (AVANT - 1)]
    for compte in comptes:
        valeurs += [None, euros(compte.enveloppe), None]
    return valeurs


def _restes(feuille: Feuille, comptes: list[Compte], total: int) -> list[Valeur]:
    """What remains of each known envelope, below zero when it is gone beyond."""
    valeurs: list[Valeur] = ["Reste", *[None] * (AVANT - 1)]
    for compte, colonne in zip(comptes, _colonnes(comptes, 1), strict=True):
        reste = None
        if compte.enveloppe is not None:
            enveloppe = feuille.adresse(colonne, total + 1)
            reste = Formule(f"={enveloppe}-{feuille.adresse(colonne, total)}")
        valeurs += [None, reste, None]
    return valeurs
