"""Files for spreadsheets; the budget for eyes too: the same lines, the same totals."""

import csv
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from itertools import chain
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from appels.models import Dossier
from appels.socle.budget import Plan, du_dossier
from partenaires.socle import demonstration, plan_comptable
from quartiers.francais import nombre_en_euros

EN_EUROS = '#,##0.00 "€"'
BOM = "\ufeff"
FORMULES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def texte_sur(texte: str) -> str:
    """A text that no spreadsheet takes for a formula (ASVS V1.2.10)."""
    propre = "".join(lettre for lettre in texte if lettre.isprintable())
    if texte.startswith(FORMULES) or propre.startswith(FORMULES):
        return f"'{propre}"
    return propre


def _sures(valeurs: Iterable[object]) -> list[object]:
    """The cells of a row; no text is taken for a formula."""
    return [texte_sur(valeur) if isinstance(valeur, str) else valeur for valeur in valeurs]


def en_csv(lignes: Iterable[Iterable[object]]) -> str:
    """Rows for a French spreadsheet: semicolons, UTF-8 with its mark, no formula."""
    return BOM + "".join(_ligne(ligne) for ligne in demonstration.lignes(lignes))


def flux_csv(entetes: Iterable[str], lignes: Iterable[Iterable[object]]) -> Iterator[str]:
    """The same file as `en_csv`, line by line, for what has no bound."""
    yield BOM
    for ligne in demonstration.lignes(chain([entetes], lignes)):
        yield _ligne(ligne)


def _ligne(valeurs: Iterable[object]) -> str:
    sortie = StringIO()
    csv.writer(sortie, delimiter=";").writerow(_sures(valeurs))
    return sortie.getvalue()


def poser(feuille: Any, valeurs: Iterable[object], *, gras: bool = False) -> None:
    """A row of a write-only sheet: floats are euros, no text is taken for a formula."""
    cellules = [WriteOnlyCell(feuille, valeur) for valeur in _sures(valeurs)]
    for cellule in cellules:
        cellule.font = Font(bold=gras)
        if isinstance(cellule.value, float):
            cellule.number_format = EN_EUROS
    feuille.append(cellules)


def euros(centimes: int | None) -> float | None:
    """As spreadsheets keep them."""
    return None if centimes is None else centimes / 100


def classeur_du_budget(dossier: Dossier) -> bytes:
    """XLSX of the plan: amounts in euros as numbers, subtotals and totals computed by us."""
    classeur = Workbook(write_only=True)
    feuille = classeur.create_sheet("Budget")
    feuille.column_dimensions["B"].width = 60
    feuille.column_dimensions["C"].width = 16
    plan = du_dossier(dossier)

    poser(feuille, ("Compte", "Libellé", "Montant", "Commentaire"), gras=True)
    for poste in plan_comptable.postes():
        lignes = list(_lignes_du_poste(dossier, poste))
        if not lignes:
            continue
        sous_total = plan.par_poste.get(poste.code, 0)
        poser(feuille, (poste.numero, poste.libelle, euros(sous_total)), gras=True)
        for numero, libelle, montant, commentaire in lignes:
            poser(feuille, (numero, libelle, euros(montant), commentaire))
    for libelle, montant in totaux(plan):
        poser(feuille, ("", libelle, euros(montant)), gras=True)
    tampon = BytesIO()
    demonstration.classeur(classeur)
    classeur.save(tampon)
    return tampon.getvalue()


def csv_du_budget(dossier: Dossier) -> str:
    """The same lines as text: amounts in euros with a comma, as French spreadsheets read them."""
    lignes = [("Poste", "Libellé du poste", "Compte", "Libellé", "Montant", "Commentaire")]
    for poste in plan_comptable.postes():
        for numero, libelle, montant, commentaire in _lignes_du_poste(dossier, poste):
            compte = (numero, libelle, nombre_en_euros(montant), commentaire)
            lignes.append((poste.numero, poste.libelle, *compte))
    for libelle, montant in totaux(du_dossier(dossier)):
        lignes.append(("", "", "", libelle, nombre_en_euros(montant), ""))
    return en_csv(lignes)


LigneDePlan = tuple[str, str, int, str]  # number, label, cents, comment


def _lignes_du_poste(dossier: Dossier, poste: plan_comptable.Poste) -> Iterator[LigneDePlan]:
    """Each line of a heading."""
    codes = {compte.code: compte for compte in poste.comptes}
    if poste.code == plan_comptable.POSTE_SUBVENTIONS:
        for financement in dossier.financements.all():
            yield "74", financement.nom, financement.montant or 0, financement.commentaire
    for ligne in dossier.lignes.all():
        if ligne.code in codes:
            compte = codes[ligne.code]
            yield compte.numero, ligne.libelle or compte.libelle, ligne.montant, ""


def totaux(plan: Plan) -> list[tuple[str, int]]:
    """The totals in the order of the form, in cents."""
    return [
        ("Total des charges", plan.charges),
        ("Total des produits", plan.produits),
        ("Total du compte 86", plan.emplois_volontaires),
        ("Total du compte 87", plan.ressources_volontaires),
        ("Total général des charges", plan.total_charges),
        ("Total général des produits", plan.total_produits),
    ]
