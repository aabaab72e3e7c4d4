"""Files for spreadsheets; the budget for eyes too: the same lines, the same totals."""

import csv
import re
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from itertools import chain

from appels.models import Dossier
from appels.socle import signes
from appels.socle.budget import Plan, du_dossier
from appels.socle.classeur import Classeur, Entete, Feuille, Genre, euros, somme
from partenaires.socle import demonstration, plan_comptable
from partenaires.socle.plan_comptable import CHARGES, PRODUITS
from quartiers.francais import nombre_en_euros

BOM = "\ufeff"
FORMULES = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
DEVANT = re.compile("^[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
# The dash of a list, then words: a spreadsheet shows them as they are. What calls a function, a
# program or another sheet is no list.
LISTE = re.compile(r"[-+－＋]\s+[^\W\d_]")
TIRETS = re.compile(r"[-+－＋\s]+")  # « - », for nothing: nobody computes it
APPEL = re.compile(r"\w\s*\(|\||\S!")


def texte_sur(texte: str) -> str:
    """The same words in a CSV, behind an apostrophe where a spreadsheet would compute them.

    ASVS V1.2.10. A workbook says which of its cells are texts: it needs none.
    """
    garde = signes.propre(texte)
    debut = DEVANT.sub("", garde)
    if not debut.startswith(FORMULES):
        return garde
    if TIRETS.fullmatch(debut) or (LISTE.match(debut) and not APPEL.search(debut)):
        return garde
    return f"'{garde}"


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


ENTETES_DU_BUDGET = (
    Entete("Compte", largeur=10),
    Entete("Libellé", Genre.LONG, 50),
    Entete("Montant", Genre.EUROS),
    Entete("Commentaire", Genre.LONG, 36),
)


def classeur_du_budget(dossier: Dossier) -> bytes:
    """XLSX of the plan: amounts in euros as numbers, subtotals and totals as sums of them."""
    classeur = Classeur(f"Budget : {dossier}")
    feuille = classeur.feuille("Budget", ENTETES_DU_BUDGET)
    sous_totaux: dict[str, str] = {}
    for poste in plan_comptable.postes():
        lignes = list(_lignes_du_poste(dossier, poste))
        if not lignes:
            continue
        premiere = feuille.rang + 2
        montants = f"C{premiere}:C{premiere + len(lignes) - 1}"
        feuille.sous_total((poste.numero, poste.libelle, somme([montants])))
        sous_totaux[poste.code] = feuille.adresse(3)
        for numero, libelle, montant, commentaire in lignes:
            feuille.ajouter((numero, libelle, euros(montant), commentaire))
    _ecrire_les_totaux(feuille, sous_totaux)
    tampon = BytesIO()
    classeur.enregistrer(tampon)
    return tampon.getvalue()


def _ecrire_les_totaux(feuille: Feuille, sous_totaux: dict[str, str]) -> None:
    """Those of `totaux`, in the same order, as sums of the headings."""
    cellules: dict[tuple[str, bool], list[str]] = {
        (cote, volontaire): [
            sous_totaux[poste.code]
            for poste in plan_comptable.postes()
            if (poste.cote, poste.est_volontaire) == (cote, volontaire)
            and poste.code in sous_totaux
        ]
        for cote in (CHARGES, PRODUITS)
        for volontaire in (False, True)
    }
    for libelle, cote, volontaires in TOTAUX:
        retenues = []
        for volontaire in volontaires:
            retenues += cellules[cote, volontaire]
        feuille.total(("", libelle, somme(retenues) or 0.0))


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


TOTAUX = (  # label, side, in kind or not
    ("Total des charges", CHARGES, (False,)),
    ("Total des produits", PRODUITS, (False,)),
    ("Total du compte 86", CHARGES, (True,)),
    ("Total du compte 87", PRODUITS, (True,)),
    ("Total général des charges", CHARGES, (False, True)),
    ("Total général des produits", PRODUITS, (False, True)),
)


def totaux(plan: Plan) -> list[tuple[str, int]]:
    """The totals in the order of the form, in cents."""
    par_cote = {
        (CHARGES, False): plan.charges,
        (PRODUITS, False): plan.produits,
        (CHARGES, True): plan.emplois_volontaires,
        (PRODUITS, True): plan.ressources_volontaires,
    }
    return [
        (libelle, sum(par_cote[cote, volontaire] for volontaire in volontaires))
        for libelle, cote, volontaires in TOTAUX
    ]
