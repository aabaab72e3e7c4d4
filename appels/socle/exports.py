"""Files for spreadsheets; the budget for eyes too: the same lines, the same totals."""

import csv
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from appels.models import Dossier
from appels.socle.budget import Plan, du_dossier
from partenaires.socle import plan_comptable
from quartiers.francais import nombre_en_euros

EN_EUROS = '#,##0.00 "€"'
BOM = "\ufeff"
FORMULES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def texte_sur(texte: str) -> str:
    """A text that no spreadsheet takes for a formula (ASVS V1.2.10)."""
    propre = "".join(c for c in texte if c.isprintable())
    return f"'{propre}" if texte.startswith(FORMULES) or propre.startswith(FORMULES) else propre


def en_csv(lignes: Iterable[Iterable]) -> str:
    """Rows for a French spreadsheet: semicolons, UTF-8 with its mark, no text taken for a
    formula.
    """
    sortie = StringIO()
    csv.writer(sortie, delimiter=";").writerows(
        [texte_sur(valeur) if isinstance(valeur, str) else valeur for valeur in ligne]
        for ligne in lignes
    )
    return BOM + sortie.getvalue()


def flux_csv(entetes: Iterable[str], lignes: Iterable[Iterable]) -> Iterator[str]:
    """The same file as `en_csv`, line by line, for what has no bound."""
    yield en_csv([entetes])
    for ligne in lignes:
        yield en_csv([ligne]).removeprefix(BOM)


def poser(feuille, valeurs: Iterable, *, gras: bool = False) -> None:
    """A row of a write-only sheet: floats are euros, no text is taken for a formula."""
    cellules = [
        WriteOnlyCell(feuille, texte_sur(valeur) if isinstance(valeur, str) else valeur)
        for valeur in valeurs
    ]
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
        if lignes:
            poser(
                feuille,
                (poste.numero, poste.libelle, euros(plan.par_poste.get(poste.code, 0))),
                gras=True,
            )
            for numero, libelle, montant, commentaire in lignes:
                poser(feuille, (numero, libelle, euros(montant), commentaire))
    for libelle, montant in totaux(plan):
        poser(feuille, ("", libelle, euros(montant)), gras=True)
    tampon = BytesIO()
    classeur.save(tampon)
    return tampon.getvalue()


def csv_du_budget(dossier: Dossier) -> str:
    """The same lines as text: amounts in euros with a comma, as French spreadsheets read them."""
    plan = du_dossier(dossier)
    lignes = [
        (poste.numero, poste.libelle, numero, libelle, nombre_en_euros(montant), commentaire)
        for poste in plan_comptable.postes()
        for numero, libelle, montant, commentaire in _lignes_du_poste(dossier, poste)
    ]
    sommes = [
        ("", "", "", libelle, nombre_en_euros(montant), "") for libelle, montant in totaux(plan)
    ]
    return en_csv(
        [
            ("Poste", "Libellé du poste", "Compte", "Libellé", "Montant", "Commentaire"),
            *lignes,
            *sommes,
        ]
    )


def _lignes_du_poste(dossier: Dossier, poste: plan_comptable.Poste):
    """(number, label, cents, comment) of each line of a heading."""
    codes = {compte.code: compte for compte in poste.comptes}
    if poste.code == plan_comptable.POSTE_SUBVENTIONS:
        for f in dossier.financements.all():
            yield "74", f.nom, f.montant or 0, f.commentaire
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


def page_du_budget(formulaire) -> dict:
    """What the budget page draws: headings with their fields and totals, and the plan."""
    plan = formulaire.plan()
    postes = [
        {
            "poste": poste,
            "total": plan.par_poste.get(poste.code, 0),
            "champs": [(compte, formulaire.comptes[compte.code]) for compte in poste.comptes],
        }
        for poste in plan_comptable.postes()
    ]
    return {
        "plan": plan,
        "charges": [
            p for p in postes if p["poste"].cote == "charges" and not p["poste"].est_volontaire
        ],
        "produits": [
            p for p in postes if p["poste"].cote == "produits" and not p["poste"].est_volontaire
        ],
        "volontaires": [p for p in postes if p["poste"].est_volontaire],
    }
